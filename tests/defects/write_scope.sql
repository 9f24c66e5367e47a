-- Defect: a row may leave its scope
-- At: guests_writer_update on public.guests
alter policy guests_writer_update on public.guests with check (organization_id = (select app.organization_id()));
