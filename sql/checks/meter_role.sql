-- Id: RLS020
-- Severity: high
-- What: stayzr_meter selects single columns, writes counters and what follows from counting, and nothing else. Of an
--   alert that is raised it changes only that somebody was told.
-- Why: it bypasses row security inside the writes of members. What its functions could do by mistake is this list.
--   That somebody was told (app.claim_usage_alerts) is written here and not by stayzr_lookup, which is to read only:
--   an alert follows from counting, and is taken before there is a tenant. Whom to tell stayzr_lookup reads for it.
-- Mend: revoke what is too much.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
with counters (name) as (
    values ('usage_counters'), ('usage_slots'), ('usage_periods'), ('usage_days'), ('usage_alerts')
)
select c.oid::regclass::text as object,
    format('%s on the %s to stayzr_meter', lower(p.privilege_type), p.target) as finding, '' as detail
from pg_class c
cross join lateral (
    select 'table' as target, t.* from aclexplode(c.relacl) t
    union all
    select 'column ' || a.attname, t.*
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) t
    where a.attrelid = c.oid
) p
where p.grantee = 'stayzr_meter'::regrole
    and (p.target = 'table' or p.privilege_type not in ('SELECT', 'INSERT', 'UPDATE'))
    or p.grantee = 'stayzr_meter'::regrole
    and p.privilege_type in ('INSERT', 'UPDATE')
    and c.relname not in (select name from counters)
    or p.grantee = 'stayzr_meter'::regrole
    and p.privilege_type = 'UPDATE' and c.relname = 'usage_alerts' and p.target <> 'column mailed_at'
order by 1, 2
