-- roles: members see those of their hotel. Who holds roles.manage, and users.manage with it,
-- makes and changes the hotel's own; the built-in ones nobody does.
-- Nobody writes permissions into a role that they lack: sql/functions/grant_limits.sql.

select app.policy_reset('public.roles');

alter table public.roles
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy roles_tenant on public.roles
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy roles_colleague on public.roles
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy roles_manager_create on public.roles
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id()) and built_in is null
        and (select app.has_permission('roles.manage')) and (select app.has_permission('users.manage'))
    );

create policy roles_manager_update on public.roles
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id()) and built_in is null
        and (select app.has_permission('roles.manage')) and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id()) and built_in is null
        and (select app.has_permission('roles.manage')) and (select app.has_permission('users.manage'))
    );

create policy roles_manager_delete on public.roles
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id()) and built_in is null
        and (select app.has_permission('roles.manage')) and (select app.has_permission('users.manage'))
    );

grant select (
    organization_id, id, built_in, name, name_folded, description, permissions, created_at, updated_at, version
) on public.roles to stayzr_app;
grant insert (name, description, permissions) on public.roles to stayzr_app;
grant update (name, description, permissions) on public.roles to stayzr_app;
grant delete on public.roles to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.roles to stayzr_platform;

-- A hotel that a super admin makes begins with the built-in roles.
grant insert (organization_id, id, built_in, name) on public.roles to stayzr_platform;

create or replace trigger roles_limit
    after insert or update on public.roles
    for each row execute function app.limit_role();

create or replace trigger roles_touch
    before update on public.roles
    for each row execute function app.touch();

create or replace trigger roles_audit
    after insert or update or delete on public.roles
    for each row execute function app.audit_change();

-- The standing of a caller: what roles hold.
grant select (organization_id, id, built_in, permissions) on public.roles to stayzr_lookup;

create or replace trigger roles_standing
    after update of permissions on public.roles
    for each row execute function app.notify_standing();
