-- Id: RLS008
-- Severity: critical
-- What: no role but the platform's, and those that keep counters and subscriptions (meter_role.sql,
--   billing_role.sql), may write organization_id, or the identity of a hotel, in any way.
-- Why: what cannot be written cannot be forged. A grant on the whole table counts: it lists every column.
-- Mend: revoke it, and grant by column without organization_id.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
select format('public.%I.%I', c.relname, a.attname) as object,
    format('%s may %s it', r.rolname, lower(p.privilege)) as finding,
    coalesce(a.attacl, c.relacl)::text as detail
from pg_class c
join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
cross join pg_roles r
cross join (values ('INSERT'), ('UPDATE')) p (privilege)
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and r.rolname in ('stayzr_app', 'stayzr_auditor', 'stayzr_lookup')
    and (a.attname = 'organization_id' or (c.relname = 'organizations' and a.attname in ('id', 'tenant_id', 'slug')))
    and has_column_privilege(r.oid, c.oid, a.attnum, p.privilege)
order by 1, 2
