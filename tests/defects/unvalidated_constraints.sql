-- Defect: a key that vouches for nothing
-- At: guests_noted on public.guests
alter table public.guests add constraint guests_noted check (notes <> '') not valid;

-- Defect: an index that is not finished
-- At: public.guests_half
create index guests_half on public.guests (organization_id, language);
update pg_index set indisvalid = false where indexrelid = 'public.guests_half'::regclass;
