-- Id: RLS006
-- Severity: high
-- What: every table in public has `organization_id integer not null`.
-- Why: a row that belongs to nobody is a row that any policy may misjudge.
-- Mend: add the column by a migration; a table that is the same for every hotel is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-constraints.html
with exempt (name, reason) as (
    values
        ('organizations', 'the tenant root: its own id is the tenant'),
        ('subscription_tiers', 'global: the same plans for every hotel'),
        ('subscription_tier_versions', 'global, as the tiers')
)
select format('public.%I', c.relname) as object, 'has no organization_id integer not null' as finding,
    coalesce(
        (
            select format(
                'organization_id %s%s', format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then ' not null' else '' end
            )
            from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
        ),
        'no such column'
    ) as detail
from pg_class c
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and c.relname not in (select name from exempt)
    and not exists (
        select from pg_attribute a
        where a.attrelid = c.oid
            and a.attname = 'organization_id'
            and a.atttypid = 'integer'::regtype
            and a.attnotnull
            and not a.attisdropped
    )
order by 1
