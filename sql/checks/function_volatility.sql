-- Id: RLS025
-- Severity: critical
-- What: no immutable function reads a setting, calls one that does, or reads a table.
-- Why: an immutable call is folded into a cached plan: the next transaction on the connection, another hotel's, would
--   get this one's answer.
-- Mend: declare it stable.
-- See: https://www.postgresql.org/docs/current/xfunc-volatility.html
select p.oid::regprocedure::text as object, 'is immutable and depends on the transaction' as finding,
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as detail
from pg_proc p
where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
    and p.provolatile = 'i'
    and coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) ~* '\m(current_setting|organization_id|user_id|actor_id|team_ids|sees_all|has_permission|from\s+(public|app)\.)'
order by 1
