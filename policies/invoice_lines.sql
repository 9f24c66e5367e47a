-- invoice_lines: seen by whoever sees the invoice. Written with it, by stayzr_billing, and never again.
-- Absent on purpose: anything a hotel or a super admin could write, update and delete for every role.

select app.policy_reset('public.invoice_lines');

alter table public.invoice_lines
    alter column organization_id set default app.organization_id();

create policy invoice_lines_tenant on public.invoice_lines
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy invoice_lines_reader on public.invoice_lines
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
        and exists (
            select from public.invoices i
            where i.organization_id = invoice_lines.organization_id and i.id = invoice_lines.invoice_id
        )
    );

grant select (organization_id, invoice_id, position, kind, description, quantity, unit_price, amount)
    on public.invoice_lines to stayzr_app, stayzr_platform;
-- Whether they add up is looked at when the invoice is opened.
grant select (organization_id, invoice_id, amount) on public.invoice_lines to stayzr_billing;
grant insert (organization_id, invoice_id, position, kind, description, quantity, unit_price, amount)
    on public.invoice_lines to stayzr_billing;

create or replace trigger invoice_lines_guard
    before insert or update or delete on public.invoice_lines
    for each row execute function app.guard_invoice_line();

create or replace trigger invoice_lines_guard_truncate
    before truncate on public.invoice_lines
    for each statement execute function app.guard_invoice_line();
