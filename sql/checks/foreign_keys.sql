-- Id: RLS010
-- Severity: critical
-- What: a foreign key between tenant tables pairs organization_id with organization_id; one to organizations is
--   organization_id itself.
-- Why: foreign keys look past row security. Only the pair makes it impossible to point at another hotel's row, to
--   learn from the error that it exists, and to delete it by a cascade.
-- Mend: reference (organization_id, id) by (organization_id, …_id), by a migration.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with exempt (name, reason) as (
    values
        ('users_current_org_id_fkey', 'the hotel a super admin works in at the moment; only the platform writes it'),
        ('platform_grants_super_admin_unknown', 'who visits is no member of the hotel; only the platform writes it')
),
reference as (
    select f.oid, f.conname, f.conrelid, f.confrelid,
        exists (
            select
            from unnest(f.conkey, f.confkey) as pair (here, there)
            join pg_attribute h on h.attrelid = f.conrelid and h.attnum = pair.here
            join pg_attribute t on t.attrelid = f.confrelid and t.attnum = pair.there
            where h.attname = 'organization_id'
                and t.attname = case when f.confrelid = 'public.organizations'::regclass then 'id' else 'organization_id' end
        ) as carries_organization
    from pg_constraint f
    where f.contype = 'f' and f.conparentid = 0
)
select format('%I on %s', r.conname, r.conrelid::regclass) as object, 'does not carry organization_id' as finding,
    pg_get_constraintdef(r.oid) as detail
from reference r
join pg_attribute a on a.attrelid = r.conrelid and a.attname = 'organization_id'
where (
        r.confrelid = 'public.organizations'::regclass
        or exists (select from pg_attribute b where b.attrelid = r.confrelid and b.attname = 'organization_id')
    )
    and not r.carries_organization
    and r.conname not in (select name from exempt)
order by 1
