-- Defect: a table without row security decides
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (
    organization_id = (select app.claimed_organization_id())
    and exists (select from public.subscription_tiers t where t.rank = 1)
);

-- Defect: a policy asks its own table
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (
    organization_id = (select app.claimed_organization_id())
    and id in (select g.id from public.guests g where g.archived_at is null)
);
