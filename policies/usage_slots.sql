-- usage_slots: who holds subscription.read sees how much is used. Only the functions that
-- count write (stayzr_meter), inside the writes they count.
-- Absent on purpose: any write by a login role, and a default for organization_id.

select app.policy_reset('public.usage_slots');

create policy usage_slots_tenant on public.usage_slots
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy usage_slots_reader on public.usage_slots
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, resource, slot, used) on public.usage_slots to stayzr_app, stayzr_platform, stayzr_billing;
grant select (organization_id, resource, slot, used, spare, good_from, good_until) on public.usage_slots to stayzr_meter;
grant insert (organization_id, resource, slot, used) on public.usage_slots to stayzr_meter;
grant update (used, spare, good_from, good_until) on public.usage_slots to stayzr_meter;
