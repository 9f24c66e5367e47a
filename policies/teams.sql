-- teams: members see those of their hotel. Who holds users.manage makes, moves and removes
-- them.

select app.policy_reset('public.teams');

alter table public.teams
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy teams_tenant on public.teams
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy teams_colleague on public.teams
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy teams_manager_create on public.teams
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy teams_manager_update on public.teams
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy teams_manager_delete on public.teams
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (
    organization_id, id, department_id, name, name_folded, created_at, updated_at, version
) on public.teams to stayzr_app;
grant insert (department_id, name) on public.teams to stayzr_app;
grant update (department_id, name) on public.teams to stayzr_app;
grant delete on public.teams to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.teams to stayzr_platform;

create or replace trigger teams_touch
    before update on public.teams
    for each row execute function app.touch();

create or replace trigger teams_audit
    after insert or update or delete on public.teams
    for each row execute function app.audit_change();

-- The standing of a caller: which teams belong together.
grant select (organization_id, id, department_id) on public.teams to stayzr_lookup;

create or replace trigger teams_standing
    after update of department_id on public.teams
    for each row execute function app.notify_standing();

create or replace trigger teams_standing_count
    after insert or delete on public.teams
    for each row execute function app.notify_standing();

create or replace trigger teams_limit
    after update on public.teams
    for each row execute function app.limit_team();
