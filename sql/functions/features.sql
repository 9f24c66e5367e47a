-- Whether the plan of the hotel has a feature, such as 'apiAccess'.

create or replace function app.has_feature(feature text) returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce((t.features ->> feature)::boolean, false)
    from public.organizations o
    join public.subscription_tiers t on t.name = o.subscription_tier
    where o.id = app.organization_id()
$$;

revoke all on function app.has_feature(text) from public;
grant execute on function app.has_feature(text) to stayzr_app;
