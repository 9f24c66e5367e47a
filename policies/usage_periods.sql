-- usage_periods: who holds subscription.read sees what was used in earlier periods. Only the
-- functions that count write (stayzr_meter).
-- Absent on purpose: any write by a login role, and a default for organization_id.

select app.policy_reset('public.usage_periods');

create policy usage_periods_tenant on public.usage_periods
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_periods_reader on public.usage_periods
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, resource, period_start, period_end, used)
    on public.usage_periods to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant insert (organization_id, resource, period_start, period_end, used) on public.usage_periods to stayzr_meter;
grant update (used) on public.usage_periods to stayzr_meter;
