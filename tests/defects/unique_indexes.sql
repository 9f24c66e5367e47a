-- Defect: an address is unique on the platform
-- At: public.guests_email
create unique index guests_email on public.guests (email_folded);

-- Defect: the hotel comes second
-- At: public.guests_email
create unique index guests_email on public.guests (email_folded, organization_id);

-- Defect: the bare id is unique
-- At: public.guests_bare
alter table public.guests add constraint guests_bare unique (id);
