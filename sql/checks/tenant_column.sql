-- What: every table in public has `organization_id integer not null`.
-- Why: a row that belongs to nobody is a row that any policy may misjudge.
with exempt (name, reason) as (
    values
        ('organizations', 'the tenant root: its own id is the tenant'),
        ('subscription_tiers', 'global: the same plans for every hotel'),
        ('subscription_tier_versions', 'global, as the tiers')
)
select format('public.%I', c.relname) as object, 'has no organization_id integer not null' as finding
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
