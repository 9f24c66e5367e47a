-- Id: RLS019
-- Severity: high
-- What: stayzr_lookup holds select on single columns and no other privilege on any table.
-- Why: it bypasses row security. What its functions may read before a tenant is known is exactly that list of
--   columns.
-- Mend: revoke what is too much.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
select c.oid::regclass::text as object,
    format('%s on the %s to stayzr_lookup', lower(p.privilege_type), p.target) as finding, '' as detail
from pg_class c
cross join lateral (
    select 'table' as target, t.* from aclexplode(c.relacl) t
    union all
    select 'column ' || a.attname, t.*
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) t
    where a.attrelid = c.oid
) p
where p.grantee = 'stayzr_lookup'::regrole
    and (p.target = 'table' or p.privilege_type <> 'SELECT')
order by 1, 2
