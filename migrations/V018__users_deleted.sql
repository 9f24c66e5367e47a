-- A user who is deleted stays as a row, because messages and the audit log name it, and
-- gives the address back.
alter table public.users drop constraint users_status_check;
alter table public.users add constraint users_status_check check (status in ('active', 'disabled', 'deleted'));
alter table public.users add column deleted_at timestamptz;
alter table public.users add constraint users_deleted_at check ((status = 'deleted') = (deleted_at is not null));

drop index public.users_email_taken;
create unique index users_email_taken on public.users (organization_id, email_folded) where status <> 'deleted';
