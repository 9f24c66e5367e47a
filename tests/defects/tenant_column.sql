-- Defect: a table has none
-- At: public.notes
-- Also: RLS001 public.notes
-- Also: RLS012 public.notes_pkey
create table public.notes (id uuid primary key);

-- Defect: it may be null
-- At: public.notes
-- Also: RLS001 public.notes
-- Also: RLS009 public.notes
-- Also: RLS012 public.notes_pkey
create table public.notes (organization_id integer, id uuid primary key);

-- Defect: it is of another type
-- At: public.notes
-- Also: RLS001 public.notes
-- Also: RLS009 public.notes
-- Also: RLS012 public.notes_pkey
create table public.notes (organization_id text not null, id uuid primary key);
