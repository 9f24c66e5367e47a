-- usage_days: who holds subscription.read sees what had been used when each day ended. Only the
-- functions that count write (stayzr_meter).
-- Absent on purpose: any write by a login role, and a default for organization_id.

select app.policy_reset('public.usage_days');

create policy usage_days_tenant on public.usage_days
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_days_reader on public.usage_days
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, resource, day, period_start, used)
    on public.usage_days to stayzr_app, stayzr_platform, stayzr_meter;
grant insert (organization_id, resource, day, period_start, used) on public.usage_days to stayzr_meter;
grant update (used) on public.usage_days to stayzr_meter;
