-- Id: RLS039
-- Severity: high
-- What: default privileges grant nothing, and those that make functions do not grant them to PUBLIC.
-- Why: what is made next month would be somebody's before anybody has looked at it; functions are PUBLIC's unless it
--   is said.
-- Mend: `alter default privileges … revoke …`; policies/database_roles.sql has all there are.
-- See: https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
select format('%s%s', p.defaclrole::regrole, ' in ' || p.defaclnamespace::regnamespace::text) as object,
    format(
        'new %s are granted to %s: %s',
        case p.defaclobjtype
            when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
            else 'schemas'
        end,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end, lower(a.privilege_type)
    ) as finding,
    p.defaclacl::text as detail
from pg_default_acl p
cross join lateral aclexplode(p.defaclacl) a
where a.grantee <> p.defaclrole
union all
select r.rolname::text, 'new functions are granted to public', 'no default privileges of its functions'
from pg_roles r
where r.rolname in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
    and not exists (
        select from pg_default_acl p where p.defaclrole = r.oid and p.defaclobjtype = 'f' and p.defaclnamespace = 0
    )
order by 1, 2
