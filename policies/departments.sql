-- departments: members see those of their hotel. Who holds users.manage makes, renames and
-- removes them.

select app.policy_reset('public.departments');

alter table public.departments
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy departments_tenant on public.departments
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy departments_colleague on public.departments
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy departments_manager_create on public.departments
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy departments_manager_update on public.departments
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy departments_manager_delete on public.departments
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (organization_id, id, name, name_folded, created_at, updated_at, version) on public.departments to stayzr_app;
grant insert (name) on public.departments to stayzr_app;
grant update (name) on public.departments to stayzr_app;
grant delete on public.departments to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.departments to stayzr_platform;

create or replace trigger departments_touch
    before update on public.departments
    for each row execute function app.touch();

create or replace trigger departments_audit
    after insert or update or delete on public.departments
    for each row execute function app.audit_change();
