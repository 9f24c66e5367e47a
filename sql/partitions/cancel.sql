-- Before the tables changed places: the new one goes, and nothing has happened.
drop trigger if exists messages_mirror on public.messages;
drop trigger if exists messages_held on public.messages;
drop trigger if exists messages_held_whole on public.messages;
drop table if exists app.messages_next;
alter table public.messages force row level security;
update app.partition_moves set phase = 'cancelled', ended_at = clock_timestamp() where ended_at is null;
