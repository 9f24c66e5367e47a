-- Defect: the restrictive policy is gone
-- At: public.guests
drop policy guests_tenant on public.guests;

-- Defect: it lets everything be read
-- At: public.guests
-- Also: RLS031 guests_tenant on public.guests
alter policy guests_tenant on public.guests using (true);

-- Defect: it lets everything be written
-- At: public.guests
-- Also: RLS031 guests_tenant on public.guests
alter policy guests_tenant on public.guests with check (true);

-- Defect: it calls the context once a row
-- At: public.guests
-- Also: RLS031 guests_tenant on public.guests
-- Also: RLS032 guests_tenant on public.guests
alter policy guests_tenant on public.guests using (organization_id = app.organization_id());

-- Defect: it asks what is only claimed
-- At: public.guests
alter policy guests_tenant on public.guests
    using (organization_id = (select app.claimed_organization_id()))
    with check (organization_id = (select app.claimed_organization_id()));

-- Defect: it compares another column
-- At: public.guests
alter policy guests_tenant on public.guests
    using (version = (select app.organization_id())) with check (version = (select app.organization_id()));

-- Defect: it hides the tenant column in a cast
-- At: public.guests
-- Also: RLS031 guests_tenant on public.guests
alter policy guests_tenant on public.guests using (organization_id::bigint = (select app.organization_id()));

-- Defect: it has another name
-- At: public.guests
alter policy guests_tenant on public.guests rename to guests_other;

-- Defect: it is permissive
-- At: public.guests
-- Also: RLS036 public.guests
drop policy guests_tenant on public.guests;
create policy guests_tenant on public.guests for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

-- Defect: it is for select only
-- At: public.guests
drop policy guests_tenant on public.guests;
create policy guests_tenant on public.guests as restrictive for select to stayzr_app
    using (organization_id = (select app.organization_id()));
