-- platform_grants: the platform gives and ends them; who holds audit.read sees the visits
-- to their own hotel. A visitor sees the grant of the visit and ends it, whatever it allows
-- otherwise: the way back asks no permission.
-- Absent on purpose: insert by stayzr_app, update of anything but the end, and delete, for
-- every role.

select app.policy_reset('public.platform_grants');

create policy platform_grants_tenant on public.platform_grants
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy platform_grants_reader on public.platform_grants
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('audit.read'))
    );

create policy platform_grants_visitor_select on public.platform_grants
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and id = (select app.grant_id()) and super_admin_id = (select app.actor_id())
    );

create policy platform_grants_visitor_update on public.platform_grants
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and id = (select app.grant_id()) and super_admin_id = (select app.actor_id())
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and id = (select app.grant_id()) and super_admin_id = (select app.actor_id()) and ended_at is not null
    );

grant select (
    organization_id, id, super_admin_organization_id, super_admin_id, reason, can_write, created_at, expires_at, ended_at
) on public.platform_grants to stayzr_app;
grant update (ended_at) on public.platform_grants to stayzr_app;

-- Work across hotels, by super admins only.
grant select (
    organization_id, id, super_admin_organization_id, super_admin_id, reason, can_write, created_at, expires_at, ended_at
) on public.platform_grants to stayzr_platform;
grant insert (
    organization_id, id, super_admin_organization_id, super_admin_id, reason, can_write, expires_at
) on public.platform_grants to stayzr_platform;
grant update (ended_at) on public.platform_grants to stayzr_platform;

-- The standing of a visitor.
grant select (
    organization_id, id, super_admin_organization_id, super_admin_id, reason, can_write, expires_at, ended_at
) on public.platform_grants to stayzr_lookup;

create or replace trigger platform_grants_standing
    after update of ended_at on public.platform_grants
    for each row execute function app.notify_standing();

create or replace trigger platform_grants_audit
    after insert or update on public.platform_grants
    for each row execute function app.audit_change();
