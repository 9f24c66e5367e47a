-- Id: RLS028
-- Severity: medium
-- What: a table names its hotel once: no other column looks like a tenant's.
-- Why: whoever writes a query or a policy takes the wrong one of two.
-- Mend: drop it, or name it after what it is; what has to be there is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with exempt (relation, name, reason) as (
    values
        ('organizations', 'tenant_id', 'the hotel''s public identifier, of the tenant itself'),
        ('users', 'current_org_id', 'the hotel a super admin works in at the moment; only the platform writes it'),
        ('platform_grants', 'super_admin_organization_id', 'the platform''s own organization, for the key to its users')
)
select format('%I.%I.%I', s.nspname, c.relname, a.attname) as object, 'looks like a tenant column' as finding,
    format_type(a.atttypid, a.atttypmod) as detail
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace s on s.oid = c.relnamespace
where s.nspname = 'public'
    and c.relkind in ('r', 'p')
    and a.attnum > 0 and not a.attisdropped
    and a.attname <> 'organization_id'
    and a.attname ~ '(^|_)(tenant|org|organization|organisation|hotel)s?(_(id|ref|key|no|number|slug))?$'
    and (c.relname, a.attname) not in (select relation, name from exempt)
order by 1
