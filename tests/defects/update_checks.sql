-- Defect: the new row is checked by using
-- At: guests_mover on public.guests
drop policy guests_writer_update on public.guests;
create policy guests_mover on public.guests for update to stayzr_app
    using (organization_id = (select app.organization_id()));
