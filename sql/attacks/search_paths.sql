-- ATK007 search paths
-- What: the search path is set to everything that could make a policy or a function of the owner look elsewhere; then
--     the hotel is read and written.
-- Why: the path belongs to whoever runs SQL. A definer function or a policy that follows it is led astray.
-- Expected: own rows only, whatever the path.
-- Severity: high
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: paths
-- expect: own rows
select format(
    E'-- search_path = %s\nset local search_path = %1$s; select organization_id, full_name from public.guests', path
)
from unnest(array[
    'pg_temp, public, app', 'pg_temp', 'app, public', 'public, pg_catalog', '''''', '"$user", public'
]) as path
\gexec

-- attempts: paths, and the tenant's function
-- expect: own rows
select format(E'-- search_path = %s\nset local search_path = %1$s; select app.organization_id()', path)
from unnest(array['pg_temp, public, app', '''''', 'public, pg_catalog']) as path
\gexec

-- attempts: functions that run as another role and follow the caller's path
-- expect: zero rows
select format(E'-- %s has no search path of its own\nselect %1$L', p.oid::regprocedure)
from pg_proc p
where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and p.prosecdef
    and not exists (select from unnest(p.proconfig) as setting where setting ~ '^search_path=')
    and has_function_privilege(p.oid, 'execute')
\gexec
