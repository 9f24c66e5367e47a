-- invoice_schedules: the job that makes invoices asks which hotels are due (stayzr_platform); only the functions behind it
-- write (stayzr_billing).
-- Absent on purpose: any right of a hotel. The policy is there for whoever grants reading one day.

select app.policy_reset('public.invoice_schedules');

create policy invoice_schedules_tenant on public.invoice_schedules
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy invoice_schedules_reader on public.invoice_schedules
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, month_start, period_start, period_end)
    on public.invoice_schedules to stayzr_platform, stayzr_billing;
grant insert (organization_id, month_start, period_start, period_end) on public.invoice_schedules to stayzr_billing;
grant update (month_start, period_start, period_end) on public.invoice_schedules to stayzr_billing;
