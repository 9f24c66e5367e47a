-- Defect: row security is switched off
-- At: public.guests
-- Also: RLS026 public.guests
alter table public.guests disable row level security;

-- Defect: a new table forgets it
-- At: public.notes
create table public.notes (organization_id integer not null, id uuid, primary key (organization_id, id));

-- Defect: a table elsewhere has policies that nothing asks
-- At: app.notes
create table app.notes (id uuid primary key);
create policy notes_reader on app.notes for select to stayzr_app using (false);
