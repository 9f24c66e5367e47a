-- Defect: the service counts the platform
-- At: public.organizations_id_seq
-- Also: RLS015 public.organizations_id_seq
grant select on sequence public.organizations_id_seq to stayzr_app;

-- Defect: rows are numbered across hotels
-- At: public.guests.number
alter table public.guests add column number bigint generated always as identity;
