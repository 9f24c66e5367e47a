-- Defect: a second hotel
-- At: public.guests.hotel_id
alter table public.guests add column hotel_id integer;

-- Defect: a tenant
-- At: public.guests.tenant_key
alter table public.guests add column tenant_key uuid;
