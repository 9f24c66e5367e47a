-- Defect: a policy trusts a setting
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests using (
    organization_id = (select app.claimed_organization_id()) and (select current_setting('app.backdoor', true)) is null
);

-- Defect: another function reads the context
-- At: app.hotel()
create function app.hotel() returns integer language sql stable parallel safe
    return current_setting('app.organization_id', true)::integer;
alter function app.hotel() owner to stayzr_owner;
revoke all on function app.hotel() from public;
