-- Defect: the key does not carry the hotel
-- At: public.notes
-- Also: RLS001 public.notes
-- Also: RLS012 public.notes_pkey
create table public.notes (organization_id integer not null, id uuid primary key);

-- Defect: there is none
-- At: public.notes
-- Also: RLS001 public.notes
create table public.notes (organization_id integer not null);
