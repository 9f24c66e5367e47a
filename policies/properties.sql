-- properties: members see those of their hotel. Who holds organization.manage makes, changes
-- and archives them.
-- Absent on purpose: the right to delete, and a policy for it. A property is archived
-- (archived_at), because what happened there goes on naming it.

select app.policy_reset('public.properties');

alter table public.properties
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy properties_tenant on public.properties
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy properties_member on public.properties
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy properties_manager_create on public.properties
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('organization.manage'))
    );

create policy properties_manager_update on public.properties
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('organization.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('organization.manage'))
    );

grant select (
    organization_id, id, name, name_folded, address, time_zone, archived_at, created_at, updated_at, version
) on public.properties to stayzr_app;
grant insert (name, address, time_zone) on public.properties to stayzr_app;
grant update (name, address, time_zone, archived_at) on public.properties to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.properties to stayzr_platform;

-- Also where an archived one comes back. Before, and not after: a change of a hotel waits in its audit log for those
-- before it, and who waits here must not be waited for there.
create or replace trigger properties_gate
    before insert or update of archived_at on public.properties
    for each row when (new.archived_at is null) execute function app.gate_property();

create or replace trigger properties_time_zone
    before insert or update of time_zone on public.properties
    for each row when (new.time_zone is not null)
    execute function app.time_zone_is_known('properties_time_zone_unknown');

create or replace trigger properties_touch
    before update on public.properties
    for each row execute function app.touch();

create or replace trigger properties_audit
    after insert or update or delete on public.properties
    for each row execute function app.audit_change();
