-- Id: RLS024
-- Severity: high
-- What: every function in app pins its search_path, to schemas only the owner and the system write, with pg_temp
--   last. A body in standard SQL (`return …`) needs none: its names were resolved when it was made.
-- Why: an unpinned name means what the caller's search_path says; pg_temp, unless named, comes first.
-- Mend: `set search_path = pg_catalog, pg_temp`, and names with their schema.
-- See: https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
select p.oid::regprocedure::text as object, 'search_path is ' || coalesce(s.setting, 'not pinned') as finding,
    '' as detail
from pg_proc p
left join lateral (
    select substr(c, length('search_path=') + 1) as setting from unnest(p.proconfig) c where starts_with(c, 'search_path=')
) s on true
where p.pronamespace = 'app'::regnamespace
    and p.prosqlbody is null
    and s.setting is distinct from 'pg_catalog, pg_temp'
    and s.setting is distinct from 'pg_catalog, app, pg_temp'
order by 1
