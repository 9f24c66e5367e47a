-- What: row security is enabled and forced on every table in public.
-- Why: disabled, policies are decoration; not forced, the owner's functions read past them.
with exempt (name, reason) as (
    values
        ('subscription_tiers', 'global: the same plans for every hotel'),
        ('subscription_tier_versions', 'global, as the tiers')
)
select format('public.%I', c.relname) as object,
    case when c.relrowsecurity then 'row security is not forced' else 'row security is off' end as finding
from pg_class c
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and c.relname not in (select name from exempt)
    and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1
