-- usage_counters: who holds subscription.read sees which period is counted. Only the functions
-- that count write (stayzr_meter), inside the writes they count.
-- Absent on purpose: any write by a login role, and a default for organization_id.

select app.policy_reset('public.usage_counters');

create policy usage_counters_tenant on public.usage_counters
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_counters_reader on public.usage_counters
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, resource, period_start, period_end, day)
    on public.usage_counters to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant insert (organization_id, resource, period_start, period_end, day) on public.usage_counters to stayzr_meter;
grant update (period_start, period_end, day) on public.usage_counters to stayzr_meter;
