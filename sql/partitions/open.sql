-- From here on whatever is written into messages is written into both tables. To make the triggers is to wait until
-- nobody writes, so whoever wrote before has committed, and what they wrote is there to be copied.
-- Forced, row security would hide every row from the owner, who copies: it is forced again at the end.
lock table public.messages in access exclusive mode;
alter table public.messages no force row level security;

create trigger messages_mirror
    after insert on public.messages
    for each row execute function app.mirror_message();
create trigger messages_held
    before update or delete on public.messages
    for each row execute function app.hold_messages();
create trigger messages_held_whole
    before truncate on public.messages
    for each statement execute function app.hold_messages();

update app.partition_moves set phase = 'copying' where ended_at is null;
