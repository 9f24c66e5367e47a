-- usage_alerts: who holds subscription.read sees them, who holds subscription.manage says that
-- they are taken care of, once and in their own name. Only the functions that count raise one
-- (stayzr_meter), in the transaction that reaches the mark.
-- Absent on purpose: insert and delete by a login role, and a default for organization_id.

select app.policy_reset('public.usage_alerts');

create policy usage_alerts_tenant on public.usage_alerts
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_alerts_reader on public.usage_alerts
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

create policy usage_alerts_manager on public.usage_alerts
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.manage'))
        and acknowledged_at is null
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.manage'))
        and acknowledged_by = (select app.user_id())
    );

grant select (
    organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at,
    acknowledged_at, acknowledged_by
) on public.usage_alerts to stayzr_app;
grant update (acknowledged_at, acknowledged_by) on public.usage_alerts to stayzr_app;

grant select (organization_id, resource, period_start, maximum, threshold) on public.usage_alerts to stayzr_meter;
grant insert (
    organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end
) on public.usage_alerts to stayzr_meter;
