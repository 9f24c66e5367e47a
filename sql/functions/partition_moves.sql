-- While messages are moved (sql/partitions/): the table there is and the one that takes its place are kept alike.
-- Both triggers are made by open.sql and go with the old table.

-- Whatever is written is written into both, in one transaction. As the owner, because nobody else may write into a
-- table that is not in use yet.
create or replace function app.mirror_message() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app.messages_next
    select new.*;
    return null;
end
$$;

-- What was said stays said: no role but the owner could do it, and during a move the owner waits as well.
create or replace function app.hold_messages() returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'messages are being moved' using
        errcode = 'object_in_use',
        hint = 'Wait until `stayzr partition status` says that no move is at work, or cancel it.';
end
$$;

revoke all on function app.mirror_message() from public;
revoke all on function app.hold_messages() from public;
