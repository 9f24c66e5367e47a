-- What a policy cannot say of conversations, because it sees the old row or the new one and
-- never both: which permission each column takes to change. And what it may not ask, because
-- the policies of guests look at conversations: whether the guest of a new conversation is
-- one the caller sees. Without that, a conversation with a guest out of sight would bring
-- the guest into sight.
--
-- Runs with the caller's rights, and only where row security binds them: not for a DBA who
-- bypasses it, nor when a team is removed and leaves its conversations.

create or replace function app.conversation_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    missing text;
begin
    if not row_security_active(tg_relid) then
        return new;
    end if;

    if tg_op = 'INSERT' then
        perform from public.guests where id = new.guest_id;
        if not found then
            raise exception 'no such guest in sight'
                using errcode = 'foreign_key_violation', constraint = 'conversations_guest_unknown';
        end if;
        return new;
    end if;

    missing := case
        when (new.owner_id, new.team_id) is distinct from (old.owner_id, old.team_id)
            and not app.has_permission('conversations.assign') then 'conversations.assign'
        when (new.status, new.subject) is distinct from (old.status, old.subject)
            and not app.has_permission('conversations.write') then 'conversations.write'
        when (new.last_message_at, new.activity_at) is distinct from (old.last_message_at, old.activity_at)
            and not app.has_permission('messages.send') then 'messages.send'
    end;
    if missing is not null then
        raise exception 'changing this takes %', missing using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

revoke all on function app.conversation_change() from public;
