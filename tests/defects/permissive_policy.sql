-- Defect: a table lost its permissive policies
-- At: public.organizations
-- Also: RLS027 public.organizations
drop policy organizations_member on public.organizations;
drop policy organizations_manager on public.organizations;

-- Defect: everything may be read
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (true);

-- Defect: everything may be written
-- At: guests_writer_create on public.guests
alter policy guests_writer_create on public.guests with check (true);

-- Defect: nothing may be read
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (false);

-- Defect: the tenant is an alternative
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests
    using (organization_id = (select app.organization_id()) or archived_at is null);

-- Defect: the tenant is in one branch of two
-- At: organizations_manager on public.organizations
-- Also: RLS031 organizations_manager on public.organizations
alter policy organizations_manager on public.organizations
    using (id = (select app.organization_id()) and is_active or slug = 'grand-plaza');

-- Defect: a policy is added for everybody
-- At: guests_anybody on public.guests
-- Also: RLS036 public.guests
create policy guests_anybody on public.guests for select to stayzr_app using (true);

-- Defect: the tenant is only claimed
-- At: organizations_member on public.organizations
alter policy organizations_member on public.organizations using (id = (select app.claimed_organization_id()));

-- Defect: it is claimed, and an alternative
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests
    using (organization_id = (select app.claimed_organization_id()) or archived_at is null);

-- Defect: it is claimed, and comes second
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests
    using (archived_at is null and organization_id = (select app.claimed_organization_id()));
