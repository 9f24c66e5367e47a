-- Id: RLS013
-- Severity: high
-- What: nobody but the owner holds a privilege on a partition, nor on a column of one, each has row security enabled
--   and forced, and no table inherits otherwise.
-- Why: a partition that is named itself is read by its own policies, and it has none of its table's. Closed, there is
--   one way to its rows: through the table.
-- Mend: revoke the privilege, drop the policy, enable and force row security; instead of inheritance use partitions.
-- See: https://www.postgresql.org/docs/current/ddl-partitioning.html
select c.oid::regclass::text as object,
    format(
        '%s on the %s to %s', lower(p.privilege_type), p.target,
        case when p.grantee = 0 then 'public' else pg_get_userbyid(p.grantee) end
    ) as finding,
    c.relacl::text as detail
from pg_class c
cross join lateral (
    select 'table' as target, t.* from aclexplode(c.relacl) t
    union all
    select 'column ' || a.attname, t.*
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) t
    where a.attrelid = c.oid
) p
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
    and c.relispartition
    and c.relkind in ('r', 'p')
    and p.grantee <> c.relowner
union all
select c.oid::regclass::text,
    case when c.relrowsecurity then 'row security is not forced' else 'row security is off' end, ''
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
    and c.relispartition
    and c.relkind in ('r', 'p')
    and not (c.relrowsecurity and c.relforcerowsecurity)
union all
select c.oid::regclass::text, 'has a policy of its own, ' || p.polname, pg_get_expr(p.polqual, p.polrelid)
from pg_class c
join pg_policy p on p.polrelid = c.oid
where c.relispartition
union all
select c.oid::regclass::text, 'inherits, and the policies of what it inherits from do not cover it',
    'inherits ' || i.inhparent::regclass::text
from pg_class c
join pg_inherits i on i.inhrelid = c.oid
where c.relkind in ('r', 'f') and not c.relispartition
order by 1, 2
