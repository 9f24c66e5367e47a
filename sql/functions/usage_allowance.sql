-- How much of a resource the hotel of the context uses, and may: for a dry run, after the
-- write it tries. Whoever may write learns this much from a refusal.
create or replace function app.usage_allowance(wanted text)
returns table (used bigint, maximum bigint, period_end timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    organization constant integer := app.organization_id();
begin
    return query
    select u.used, r.maximum, case when app.is_rate(wanted) then u.period_end end
    from public.feature_usage u
    cross join app.usage_rules(organization, wanted, now()) r
    where u.organization_id = organization and u.resource = wanted and u.is_open;
end
$$;

alter function app.usage_allowance(text) owner to stayzr_meter;
revoke all on function app.usage_allowance(text) from public;
grant execute on function app.usage_allowance(text) to stayzr_app;
