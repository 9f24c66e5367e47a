-- Defect: nothing fills it in
-- At: public.guests
alter table public.guests alter column organization_id drop default;

-- Defect: everything is filed under one hotel
-- At: public.guests
alter table public.guests alter column organization_id set default 1;
