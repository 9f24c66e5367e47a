-- shares: a guest or a conversation shown to a user or a team beyond their data scope, to
-- read or to write. A row is seen by whom it is for, by who made it, by who sees the whole
-- hotel, and by who holds shares.manage: it tells ids, an access and a time, and opens
-- nothing to anybody it is not for. Who holds shares.manage makes and removes shares, of
-- what they can write themselves.
-- Absent on purpose: update. A share of another access is another share.
--
-- The policies of conversations and guests look into this table, so the select policy must
-- not look back at them: PostgreSQL refuses policies that go in a circle. Writing asks a
-- function, which asks their update policies in a query of its own.

select app.policy_reset('public.shares');

alter table public.shares
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7(),
    alter column created_by set default app.user_id();

create policy shares_tenant on public.shares
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy shares_reader on public.shares
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (
            user_id = (select app.user_id())
            or team_id = any ((select app.own_team_ids())::uuid[])
            or created_by = (select app.user_id())
            or (select app.sees_all())
            or (select app.has_permission('shares.manage'))
        )
    );

create policy shares_sharer_create on public.shares
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('shares.manage'))
        and app.writes(guest_id, conversation_id)
    );

create policy shares_sharer_delete on public.shares
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('shares.manage'))
        and app.writes(guest_id, conversation_id)
    );

grant select (
    organization_id, id, guest_id, conversation_id, user_id, team_id, access, expires_at, created_by, created_at
) on public.shares to stayzr_app;
grant insert (guest_id, conversation_id, user_id, team_id, access, expires_at) on public.shares to stayzr_app;
grant delete on public.shares to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.shares to stayzr_platform;

-- What is shared with whoever searches.
grant select (
    organization_id, guest_id, conversation_id, user_id, team_id, expires_at
) on public.shares to stayzr_lookup;

create or replace trigger shares_audit
    after insert or delete on public.shares
    for each row execute function app.audit_change();
