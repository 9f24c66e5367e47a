-- Defect: a whole table
-- At: public.guests
grant select on public.guests to stayzr_lookup;

-- Defect: a column to write
-- At: public.users
grant update (status) on public.users to stayzr_lookup;
