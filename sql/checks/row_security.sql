-- Id: RLS001
-- Severity: critical
-- What: row security is on for every table in public, and for every table anywhere that has policies.
-- Why: switched off, policies are decoration: whoever may read the table reads every hotel's rows.
-- Mend: `alter table … enable row level security`, and find out who disabled it; a table that is the same for every
--   hotel is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with exempt (name, reason) as (
    values
        ('subscription_tiers', 'global: the same plans for every hotel'),
        ('subscription_tier_versions', 'global, as the tiers')
)
select format('%I.%I', s.nspname, c.relname) as object, 'row security is off' as finding,
    (
        select 'its policies: ' || string_agg(p.polname, ', ' order by p.polname)
        from pg_policy p
        where p.polrelid = c.oid
    ) as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
where c.relkind in ('r', 'p')
    and not c.relrowsecurity
    and (
        s.nspname = 'public' and c.relname not in (select name from exempt)
        or exists (select from pg_policy p where p.polrelid = c.oid)
    )
order by 1
