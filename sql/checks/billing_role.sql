-- Id: RLS021
-- Severity: high
-- What: stayzr_billing selects single columns, moves the subscription of a hotel, adds to its history and to the
--   audit log, makes and opens invoices and keeps what they are made from, and nothing else. Whom an opened invoice
--   is of, what it comes to and that it is paid is not among it.
-- Why: it bypasses row security inside the requests of members. What its functions could do by mistake is this list.
-- Mend: revoke what is too much.
-- See: https://www.postgresql.org/docs/current/sql-grant.html
with writes (privilege, relation, name) as (
    select 'UPDATE', 'public.organizations', unnest(array[
        'subscription_tier', 'subscription_tier_version', 'subscription_status', 'next_tier', 'next_tier_version',
        'next_tier_at', 'cancel_at'
    ])
    union all
    select 'INSERT', 'public.subscription_changes', a.attname
    from pg_attribute a
    where a.attrelid = to_regclass('public.subscription_changes')
    union all
    -- Not the hotel, which the sealed context gives.
    select 'INSERT', 'public.audit_log', a.attname
    from pg_attribute a
    where a.attrelid = to_regclass('public.audit_log') and a.attname <> 'organization_id'
    union all
    select 'UPDATE', 'public.subscription_spans', unnest(array['tier', 'tier_version', 'is_charged'])
    union all
    select 'UPDATE', 'public.invoice_schedules', unnest(array['month_start', 'period_start', 'period_end'])
    union all
    select 'UPDATE', 'public.invoices', unnest(array['status', 'number', 'opened_at', 'due_at'])
    union all
    select 'UPDATE', 'app.invoice_numbers', 'last'
    union all
    select 'INSERT', format('public.%s', c.relname), a.attname
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace
        and c.relname in ('subscription_spans', 'invoice_schedules', 'invoices', 'invoice_lines')
)
select c.oid::regclass::text as object,
    format('%s on the %s to stayzr_billing', lower(p.privilege_type), p.target) as finding,
    '' as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
cross join lateral (
    select 'table' as target, null::name as name, t.* from aclexplode(c.relacl) t
    union all
    select 'column ' || a.attname, a.attname, t.*
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) t
    where a.attrelid = c.oid
) p
where p.grantee = 'stayzr_billing'::regrole
    and (
        p.target = 'table'
        or p.privilege_type <> 'SELECT' and not exists (
            select from writes w
            where w.privilege = p.privilege_type and w.name = p.name
                and w.relation = format('%s.%s', s.nspname, c.relname)
        )
    )
order by 1, 2
