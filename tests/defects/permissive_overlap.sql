-- Defect: a restriction written as an alternative
-- At: public.guests
create policy guests_open on public.guests for select to stayzr_app
    using (organization_id = (select app.claimed_organization_id()) and archived_at is null);
