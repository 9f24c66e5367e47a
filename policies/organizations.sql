-- organizations: a member sees their own hotel and nothing else. Who holds
-- organization.manage may rename it and change its settings.
-- Absent on purpose: insert and delete (hotels are made by the platform), and update
-- of tier, status, slug and is_active (a hotel cannot promote itself).

select app.policy_reset('public.organizations');

create policy organizations_tenant on public.organizations
    as restrictive for all to stayzr_app
    using (id = (select app.organization_id()))
    with check (id = (select app.organization_id()));

create policy organizations_member on public.organizations
    for select to stayzr_app
    using (id = (select app.organization_id()));

create policy organizations_manager on public.organizations
    for update to stayzr_app
    using (id = (select app.claimed_organization_id()) and (select app.has_permission('organization.manage')))
    with check (id = (select app.claimed_organization_id()) and (select app.has_permission('organization.manage')));

grant select (
    id, tenant_id, slug, name, subscription_tier, subscription_status, is_active, settings,
    created_at, updated_at, version
) on public.organizations to stayzr_app;
grant update (name, settings) on public.organizations to stayzr_app;

-- A super admin's request is about a hotel that there is.
grant select (id, tenant_id) on public.organizations to stayzr_platform;

-- Sign-in: from the name a hotel signs in under to its id; and the standing of a caller.
grant select (id, tenant_id, slug, is_active, subscription_tier) on public.organizations to stayzr_lookup;

create or replace trigger organizations_touch
    before update on public.organizations
    for each row execute function app.touch();

create or replace trigger organizations_audit
    after insert or update or delete on public.organizations
    for each row execute function app.audit_change();

create or replace trigger organizations_built_in_roles
    after insert on public.organizations
    for each row execute function app.built_in_roles();

create or replace trigger organizations_standing
    after update of is_active, subscription_status, subscription_tier on public.organizations
    for each row execute function app.notify_standing();
