-- Defect: rows may be written into another hotel
-- At: public.guests.organization_id
grant insert (organization_id) on public.guests to stayzr_app;

-- Defect: rows may be moved to another hotel
-- At: public.guests.organization_id
-- Also: RLS015 public.guests
grant update on public.guests to stayzr_app;

-- Defect: a hotel may take another's name
-- At: public.organizations.slug
grant update (slug) on public.organizations to stayzr_app;
