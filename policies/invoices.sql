-- invoices: who holds subscription.read sees those of the hotel that are open, paid or void. app.close_period makes them
-- (stayzr_billing); super admins say that one is paid or void, and app.guard_invoice lets nobody do more.
-- Absent on purpose: anything a hotel could write, and delete for every role. A number that was given stays given.

select app.policy_reset('public.invoices');

alter table public.invoices
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy invoices_tenant on public.invoices
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy invoices_reader on public.invoices
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
        and status <> 'draft'
    );

grant select (
    organization_id, id, number, status, billed_to, time_zone, tier, tier_version, period_start, period_end, currency,
    subtotal, total, opened_at, due_at, paid_at, voided_at, void_reason, created_at, updated_at, version
) on public.invoices to stayzr_app, stayzr_platform;
grant update (status, paid_at, voided_at, void_reason) on public.invoices to stayzr_platform;

grant select (organization_id, id, status) on public.invoices to stayzr_billing;
grant insert (
    organization_id, id, billed_to, time_zone, tier, tier_version, period_start, period_end, currency, subtotal, total
) on public.invoices to stayzr_billing;
grant update (status, number, opened_at, due_at) on public.invoices to stayzr_billing;

create or replace trigger invoices_guard
    before update or delete on public.invoices
    for each row execute function app.guard_invoice();

create or replace trigger invoices_guard_truncate
    before truncate on public.invoices
    for each statement execute function app.guard_invoice();

create or replace trigger invoices_touch
    before update on public.invoices
    for each row execute function app.touch();

-- That it was opened, the invoice itself says.
create or replace trigger invoices_audit
    after update on public.invoices
    for each row when (old.status <> 'draft')
    execute function app.audit_change();
