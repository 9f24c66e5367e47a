-- Id: RLS051
-- Severity: high
-- What: PUBLIC and stayzr_app may not execute the functions of large objects, nor those that end another's statement
--   or session; there is no large object, and their privileges are checked.
-- Why: large objects have no row security: one hotel reads what another wrote. All hotels share one role, and a role
--   may end its own sessions, which are the others'.
-- Mend: run `stayzr migrate` as a superuser, who revokes them; where the server lets nobody, waive it.
-- See: https://www.postgresql.org/docs/current/largeobjects.html
select f.oid::regprocedure::text as object, 'stayzr_app may execute it' as finding,
    coalesce(f.proacl::text, 'the default: execute to public') as detail
from pg_proc f
where f.pronamespace = 'pg_catalog'::regnamespace
    and (f.proname ~ '^lo_' or f.proname in ('loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend'))
    and has_function_privilege('stayzr_app', f.oid, 'EXECUTE')
union all
select 'large objects', 'there are some', format('%s of them', count(*))
from pg_largeobject_metadata
having count(*) > 0
union all
select 'lo_compat_privileges', 'is on', setting
from pg_settings
where name = 'lo_compat_privileges' and setting <> 'off'
order by 1
