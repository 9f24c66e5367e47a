-- conversations: members work with the conversations in their data scope: of the whole hotel,
-- their own, those of the teams the scope expands to, and what is shared with them or with a
-- team of theirs, whatever the scope. Beginning one takes conversations.write. Changing one
-- takes the permission of what changes: conversations.assign for who takes care of it,
-- messages.send for the time of the last message, conversations.write for the rest. The
-- trigger conversations_change tells them apart; the policy asks for any of them. Where a
-- share is what shows the conversation, only one to write lets anybody change it.
-- What reading asks is in sql/functions/sight.sql, and why there; writing spells it out.
-- The shape of the policies is that of guests; a new row has no shares yet. `sees_all` comes
-- first: for who sees the whole hotel nothing behind it is ever run.
-- Absent on purpose: the right to delete (a conversation is archived by its status; the policy
-- is there for whoever grants it one day), and update of guest_id and channel (a thread never
-- changes whom it is with).

select app.policy_reset('public.conversations');

alter table public.conversations
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy conversations_tenant on public.conversations
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy conversations_reader on public.conversations
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and ((select app.sees_all()) or app.sees_conversation(id, owner_id, team_id))
    );

create policy conversations_writer_create on public.conversations
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('conversations.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
        )
    );

create policy conversations_writer_update on public.conversations
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (
            (select app.has_permission('conversations.write'))
            or (select app.has_permission('conversations.assign'))
            or (select app.has_permission('messages.send'))
        )
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_conversation_ids('write'))
        )
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (
            (select app.has_permission('conversations.write'))
            or (select app.has_permission('conversations.assign'))
            or (select app.has_permission('messages.send'))
        )
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_conversation_ids('write'))
        )
    );

create policy conversations_writer_delete on public.conversations
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('conversations.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_conversation_ids('write'))
        )
    );

grant select (
    organization_id, id, guest_id, channel, status, subject, owner_id, team_id, last_message_at, activity_at,
    created_at, updated_at, version
) on public.conversations to stayzr_app;
grant insert (guest_id, channel, subject, owner_id, team_id) on public.conversations to stayzr_app;
grant update (status, subject, owner_id, team_id, last_message_at, activity_at) on public.conversations to stayzr_app;

-- Triggers fire in the order of their names: what is refused is never stamped.
create or replace trigger conversations_change
    before insert or update on public.conversations
    for each row execute function app.conversation_change();

-- Whether somebody asked for another hotel's row, and when a hotel was last active.
grant select (organization_id, id, activity_at) on public.conversations to stayzr_platform;

-- A channel takes its feature. What has begun goes on without it.
create or replace trigger conversations_gate_email
    before insert on public.conversations
    for each row when (new.channel = 'email') execute function app.gate('emailIntegration');
create or replace trigger conversations_gate_sms
    before insert on public.conversations
    for each row when (new.channel = 'sms') execute function app.gate('smsIntegration');
create or replace trigger conversations_gate_whatsapp
    before insert on public.conversations
    for each row when (new.channel = 'whatsapp') execute function app.gate('whatsappIntegration');

create or replace trigger conversations_touch
    before update on public.conversations
    for each row execute function app.touch();

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger conversations_audit_visit
    after insert or update or delete on public.conversations
    for each row when (app.actor_id() is not null)
    execute function app.audit_change();

-- Whether somebody who is to be deleted owns any, whoever asks; and whose messages a search may find.
grant select (organization_id, id, guest_id, owner_id, team_id) on public.conversations to stayzr_lookup;

create or replace trigger conversations_owner_there
    after insert or update of owner_id on public.conversations
    for each row
    when (new.owner_id is not null)
    execute function app.user_is_there('owner_id', 'conversations_owner_unknown');

-- How many conversations are active: open and pending.
grant select (organization_id, status) on public.conversations to stayzr_meter;

create or replace trigger conversations_usage_added
    after insert on public.conversations
    referencing new table as rows
    for each statement execute function app.count_conversations();

create or replace trigger conversations_usage_removed
    after delete on public.conversations
    referencing old table as rows
    for each statement execute function app.count_conversations();

create or replace trigger conversations_usage_changed
    after update of status on public.conversations
    for each row when ((old.status in ('open', 'pending')) <> (new.status in ('open', 'pending')))
    execute function app.count_conversations();
