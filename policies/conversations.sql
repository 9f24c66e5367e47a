-- conversations: members work with the conversations of their own hotel.
-- Absent on purpose: delete (a conversation is archived by its status), update of
-- guest_id and channel (a thread never changes whom it is with), and team_id.

select app.policy_reset('public.conversations');

alter table public.conversations
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy conversations_tenant on public.conversations
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy conversations_member on public.conversations
    for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

grant select (
    organization_id, id, guest_id, channel, status, subject, owner_id, team_id, last_message_at, activity_at,
    created_at, updated_at, version
) on public.conversations to stayzr_app;
grant insert (guest_id, channel, subject, owner_id) on public.conversations to stayzr_app;
grant update (status, subject, owner_id, last_message_at, activity_at) on public.conversations to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.conversations to stayzr_platform;

create or replace trigger conversations_touch
    before update on public.conversations
    for each row execute function app.touch();

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger conversations_audit_visit
    after insert or update or delete on public.conversations
    for each row when (current_setting('app.actor_id', true) <> '')
    execute function app.audit_change();

-- Whether somebody who is to be deleted owns any, whoever asks.
grant select (organization_id, owner_id) on public.conversations to stayzr_lookup;

create or replace trigger conversations_owner_there
    after insert or update of owner_id on public.conversations
    for each row
    when (new.owner_id is not null)
    execute function app.user_is_there('owner_id', 'conversations_owner_unknown');
