-- Id: RLS015
-- Severity: critical
-- What: nobody but the owner holds truncate, references, trigger, maintain or a grant option on a table; stayzr_app
--   holds select, insert and update by column only.
-- Why: truncate asks no policy, references and trigger run past them, a grant option is a grant nobody reviews, and a
--   grant on the whole table covers tomorrow's columns too.
-- Mend: revoke it, and grant by column in the table's file in policies/.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
select c.oid::regclass::text as object,
    format(
        '%s on the %s to %s%s', lower(p.privilege_type), p.target,
        case when p.grantee = 0 then 'public' else pg_get_userbyid(p.grantee) end,
        case when p.is_grantable then ' with grant option' else '' end
    ) as finding,
    '' as detail
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
    and p.grantee <> c.relowner
    and (
        p.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
        or p.is_grantable
        or (p.target = 'table' and p.grantee = 'stayzr_app'::regrole and p.privilege_type <> 'DELETE')
    )
order by 1, 2
