-- user_roles: members see who holds which role in their hotel. Who holds users.manage gives
-- and takes roles.
-- Nobody gives a role that allows more than they may: sql/functions/grant_limits.sql.
-- Absent on purpose: update. A role is held or it is not.

select app.policy_reset('public.user_roles');

alter table public.user_roles
    alter column organization_id set default app.organization_id();

create policy user_roles_tenant on public.user_roles
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy user_roles_colleague on public.user_roles
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy user_roles_manager_create on public.user_roles
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy user_roles_manager_delete on public.user_roles
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (organization_id, user_id, role_id, created_at) on public.user_roles to stayzr_app;
grant insert (user_id, role_id) on public.user_roles to stayzr_app;
grant delete on public.user_roles to stayzr_app;

-- The standing of a caller: which roles.
grant select (organization_id, user_id, role_id) on public.user_roles to stayzr_lookup;

create or replace trigger user_roles_standing
    after insert or delete on public.user_roles
    for each row execute function app.notify_standing();

create or replace trigger user_roles_limit
    after insert on public.user_roles
    for each row execute function app.limit_user_role();

create or replace trigger user_roles_audit
    after insert or update or delete on public.user_roles
    for each row execute function app.audit_change();

create or replace trigger user_roles_user_there
    after insert on public.user_roles
    for each row execute function app.user_is_there('user_id', 'user_roles_user_unknown');
