-- Id: RLS042
-- Severity: high
-- What: nobody is granted a server parameter.
-- Why: SET on session_replication_role switches triggers and foreign keys off; ALTER SYSTEM changes the server for
--   everybody.
-- Mend: `revoke set, alter system on parameter … from …`.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
select 'parameter ' || p.parname as object,
    format(
        '%s to %s', lower(a.privilege_type), case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    ) as finding,
    p.paracl::text as detail
from pg_parameter_acl p
cross join lateral aclexplode(p.paracl) a
-- 10: whom initdb made, and who may anyway.
where a.grantee <> 10
order by 1, 2
