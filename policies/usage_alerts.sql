-- usage_alerts: who holds subscription.read sees them, who holds subscription.manage sees them too
-- and says that they are taken care of, once and in their own name; a visitor, in nobody's, and
-- the visit's record names them. Only the functions that count raise one (stayzr_meter), in the
-- transaction that reaches the mark, and only app.claim_usage_alerts says that somebody was told.
-- Absent on purpose: insert and delete by a login role, anything about mailed_at to one, and a
-- default for organization_id.

select app.policy_reset('public.usage_alerts');

create policy usage_alerts_tenant on public.usage_alerts
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_alerts_reader on public.usage_alerts
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and ((select app.has_permission('subscription.read')) or (select app.has_permission('subscription.manage')))
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
        and acknowledged_at = (select now())
        and acknowledged_by is not distinct from (
            select case when app.actor_id() is null then app.user_id() end
        )
    );

grant select (
    organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at,
    acknowledged_at, acknowledged_by
) on public.usage_alerts to stayzr_app;
grant update (acknowledged_at, acknowledged_by) on public.usage_alerts to stayzr_app;

grant select (
    organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at, mailed_at
) on public.usage_alerts to stayzr_meter;
grant insert (
    organization_id, id, resource, threshold, maximum, used, forecast, period_start, period_end
) on public.usage_alerts to stayzr_meter;
grant update (mailed_at) on public.usage_alerts to stayzr_meter;

create or replace trigger usage_alerts_notify
    after insert on public.usage_alerts
    referencing new table as rows
    for each statement execute function app.notify_alerts();

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger usage_alerts_audit_visit
    after update on public.usage_alerts
    for each row when (app.actor_id() is not null)
    execute function app.audit_change();
