-- messages: members read the messages of the conversations they see, and with messages.send
-- write into those they can write, signed with their own name only. A message is never
-- shared or owned by itself.
-- Its conversation is asked for as a value and not with `exists`: that one the planner may
-- turn into a table of every conversation in sight, which a page of messages is not worth.
-- Absent on purpose: update and delete, and policies for them. What was said stays said.

select app.policy_reset('public.messages');

alter table public.messages
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy messages_tenant on public.messages
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

-- The hotel as the context claims it is compared so that no partition is chosen by it (`stayzr partition`): of a hotel
-- that is claimed and is none no partition would be left, and nobody would be asked for the seal.
create policy messages_reader on public.messages
    for select to stayzr_app
    using (
        organization_id is not distinct from (select app.claimed_organization_id())
        and (
            (select app.sees_all())
            or (
                select c.id from public.conversations c
                where c.organization_id = messages.organization_id and c.id = messages.conversation_id
            ) is not null
        )
    );

create policy messages_sender on public.messages
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('messages.send'))
        and (sender_user_id is null or sender_user_id = (select app.user_id()))
        and (
            (select app.sees_all())
            or (
                select c.id from public.conversations c
                where c.organization_id = messages.organization_id and c.id = messages.conversation_id
                    and (
                        c.owner_id = (select app.user_id())
                        or c.team_id = any ((select app.team_ids())::uuid[])
                        or c.id in (select app.shared_conversation_ids('write'))
                    )
            ) is not null
        )
    );

grant select (
    organization_id, id, conversation_id, sender_type, sender_user_id, content, search_language, words, created_at
) on public.messages to stayzr_app;
grant insert (conversation_id, sender_type, sender_user_id, content) on public.messages to stayzr_app;

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger messages_audit_visit
    after insert or update or delete on public.messages
    for each row when (app.actor_id() is not null)
    execute function app.audit_change();

-- How many messages are written in a period. What goes is not given back.
grant select (organization_id, created_at) on public.messages to stayzr_meter;

create or replace trigger messages_usage_added
    after insert on public.messages
    referencing new table as rows
    for each statement execute function app.count_messages();

-- What a search finds, and by what: never what a message says.
grant select (organization_id, id, conversation_id, words, created_at) on public.messages to stayzr_lookup;

create or replace trigger messages_words
    before insert on public.messages
    for each row execute function app.message_words();

create or replace trigger messages_gate
    before insert on public.messages
    for each row when (new.sender_type = 'ai') execute function app.gate('aiAutomation');
