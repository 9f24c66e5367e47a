-- invitations: who holds users.manage sees, makes, sends again and revokes those of the
-- hotel. One is accepted in a context of its inviter.
-- Nobody offers what they do not have: sql/functions/invitations.sql.
-- Absent on purpose: select on hash (only app.invitation_lookup reads it), any grant to
-- write who invited or to change what is offered (a better offer is a new invitation), and
-- delete. A visitor with a grant invites nobody: there is nobody at the hotel to answer for it.

select app.policy_reset('public.invitations');

alter table public.invitations
    alter column organization_id set default app.organization_id(),
    alter column invited_by set default app.user_id();

create policy invitations_tenant on public.invitations
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy invitations_manager on public.invitations
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy invitations_manager_create on public.invitations
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id()) and invited_by = (select app.user_id())
        and (select app.has_permission('users.manage')) and (select app.actor_id()) is null
    );

create policy invitations_manager_update on public.invitations
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (
    organization_id, id, email, email_folded, role_ids, team_id, data_scope, is_org_admin, invited_by, created_at,
    updated_at, sent_at, expires_at, accepted_at, revoked_at, version
) on public.invitations to stayzr_app;
grant insert (id, email, role_ids, team_id, data_scope, is_org_admin, hash, expires_at) on public.invitations to stayzr_app;
grant update (hash, sent_at, expires_at, accepted_at, revoked_at) on public.invitations to stayzr_app;

-- Accepting one.
grant select (
    organization_id, id, hash, invited_by, expires_at, accepted_at, revoked_at, version
) on public.invitations to stayzr_lookup;

-- The first administrator of a hotel that a super admin makes, and whether somebody asked for another hotel's row.
-- Absent on purpose: select on hash, and any say in who invited, which app.prepare_invitation leaves empty.
grant insert (organization_id, id, email, is_org_admin, hash, expires_at) on public.invitations to stayzr_platform;
grant select (organization_id, id, expires_at) on public.invitations to stayzr_platform;

create or replace trigger invitations_prepare
    before insert or update of hash on public.invitations
    for each row execute function app.prepare_invitation();

create or replace trigger invitations_limit
    after insert or update of hash, accepted_at on public.invitations
    for each row execute function app.limit_invitation();

create or replace trigger invitations_touch
    before update on public.invitations
    for each row execute function app.touch();

create or replace trigger invitations_audit
    after insert or update or delete on public.invitations
    for each row execute function app.audit_change();
