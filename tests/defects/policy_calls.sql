-- Defect: the context once a row
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests
    using (organization_id = (select app.claimed_organization_id()) and app.sees_all());

-- Defect: a function around a column
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests
    using (organization_id = (select app.claimed_organization_id()) and lower(full_name) <> 'nobody');

-- Defect: a setting once a row
-- At: properties_member on public.properties
alter policy properties_member on public.properties
    using (organization_id = (select app.claimed_organization_id()) and now() > created_at);

-- Defect: a parenthesis in a text hides nothing
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (
    organization_id = (select app.claimed_organization_id()) and full_name <> ')(' and lower(full_name) <> 'nobody'
);
