-- Id: RLS011
-- Severity: medium
-- What: for every foreign key of a tenant table there is an index that begins with organization_id and then the key's
--   other columns.
-- Why: without it, following the key backwards, or archiving what it points at, reads every hotel's rows.
-- Mend: add the index by a migration; a key that is never followed backwards is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
with exempt (name, reason) as (
    values
        ('users_current_org_id_fkey', 'never followed backwards: hotels are not deleted'),
        ('platform_grants_super_admin_unknown', 'its index is led by the platform''s own organization, not the hotel''s'),
        ('subscription_changes_from_unknown', 'never followed backwards: versions of tiers are not deleted'),
        ('subscription_changes_to_unknown', 'never followed backwards: versions of tiers are not deleted'),
        ('subscription_spans_tier_unknown', 'never followed backwards: versions of tiers are not deleted'),
        ('invoices_tier_unknown', 'never followed backwards: versions of tiers are not deleted')
)
select format('%I on %s', f.conname, f.conrelid::regclass) as object,
    'has no index led by organization_id and its columns' as finding,
    pg_get_constraintdef(f.oid) as detail
from pg_constraint f
join pg_attribute a on a.attrelid = f.conrelid and a.attname = 'organization_id'
where f.contype = 'f'
    and f.conname not in (select name from exempt)
    and not exists (
        select from pg_index i
        where i.indrelid = f.conrelid
            and i.indisvalid
            and i.indpred is null
            and i.indkey[0] = a.attnum
            -- indkey counts from 0: the first as many columns as the key has.
            and (i.indkey::smallint[])[0:cardinality(f.conkey) - 1] @> f.conkey
    )
order by 1
