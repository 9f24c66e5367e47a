-- Defect: a delete nothing lets through
-- At: public.users
grant delete on public.users to stayzr_app;

-- Defect: updates without reading
-- At: public.properties
drop policy properties_member on public.properties;
