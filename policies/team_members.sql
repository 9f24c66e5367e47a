-- team_members: members see who is in which team of their hotel. Who holds users.manage
-- adds and removes.
-- Absent on purpose: update. A membership is there or it is not.

select app.policy_reset('public.team_members');

alter table public.team_members
    alter column organization_id set default app.organization_id();

create policy team_members_tenant on public.team_members
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy team_members_colleague on public.team_members
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy team_members_manager_create on public.team_members
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy team_members_manager_delete on public.team_members
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (organization_id, team_id, user_id, created_at) on public.team_members to stayzr_app;
grant insert (team_id, user_id) on public.team_members to stayzr_app;
grant delete on public.team_members to stayzr_app;

-- The standing of a caller: which teams.
grant select (organization_id, team_id, user_id) on public.team_members to stayzr_lookup;

create or replace trigger team_members_standing
    after insert or delete on public.team_members
    for each row execute function app.notify_standing();

create or replace trigger team_members_audit
    after insert or update or delete on public.team_members
    for each row execute function app.audit_change();

create or replace trigger team_members_limit
    after insert on public.team_members
    for each row execute function app.limit_team_member();

create or replace trigger team_members_user_there
    after insert on public.team_members
    for each row execute function app.user_is_there('user_id', 'team_members_user_unknown');
