-- What a hotel's plan comes to at a moment: the version of the tier it bought, or is being
-- moved to, with its overrides laid over it. Every limit and every feature is read here.
--
-- These run with the caller's rights: a member asks under row security, the functions that
-- count and those that look up a standing ask with grants of their own. Those with a body in
-- standard SQL become part of the statement that calls them, so that one about every hotel is
-- planned once and not once a hotel.

-- The tier in force at that moment. A scheduled downgrade is in force from its moment on,
-- whether or not anything has moved it into place.
create or replace function app.tier_at(organization integer, moment timestamptz)
returns table (tier text, version integer)
language sql stable parallel safe
begin atomic
    select
        case when o.next_tier_at <= moment then o.next_tier else o.subscription_tier end,
        case when o.next_tier_at <= moment then o.next_tier_version else o.subscription_tier_version end
    from public.organizations o
    where o.id = organization;
end;

-- One limit, such as 'maxUsers'; null where there is none. As a row, for statements.
create or replace function app.plan_limits(organization integer, wanted text, moment timestamptz)
returns table (maximum bigint)
language sql stable parallel safe
begin atomic
    select case
        when o.name is not null then (o.value #>> '{}')::bigint
        else (v.limits ->> wanted)::bigint
    end
    from app.tier_at(organization, moment) t
    join public.subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
    left join public.subscription_overrides o
        on o.organization_id = organization and o.name = wanted
        and (o.expires_at is null or o.expires_at > moment);
end;

-- The same as a value.
create or replace function app.plan_limit(organization integer, wanted text, moment timestamptz) returns bigint
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select l.maximum from app.plan_limits(organization, wanted, moment) l
$$;

-- Whether a feature, such as 'apiAccess', belongs to the plan.
create or replace function app.plan_feature(organization integer, wanted text, moment timestamptz) returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce((
        select case
            when o.name is not null then (o.value #>> '{}')::boolean
            else (v.features ->> wanted)::boolean
        end
        from app.tier_at(organization, moment) t
        join public.subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
        left join public.subscription_overrides o
            on o.organization_id = organization and o.name = wanted
            and (o.expires_at is null or o.expires_at > moment)
    ), false)
$$;

-- When the plan will next be another one by itself: an override that expires, a scheduled
-- downgrade. 'infinity' where nothing is scheduled.
create or replace function app.plan_changes_at(organization integer, moment timestamptz) returns timestamptz
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select least(
        (select min(o.expires_at) from public.subscription_overrides o
            where o.organization_id = organization and o.expires_at > moment),
        (select min(at) from public.organizations o
            cross join unnest(array[o.next_tier_at, o.cancel_at, o.past_due_since + app.grace_period()]) as at
            where o.id = organization and at > moment),
        'infinity'
    )
$$;

-- The tiers on offer that have a feature, cheapest first.
create or replace function app.tiers_with_feature(wanted text) returns text[]
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(t.name order by t.rank), '{}')
    from public.subscription_tiers t
    join public.subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
    where (v.features ->> wanted)::boolean
$$;

-- The same of every feature on offer, by its name. What is not among them no tier has.
create or replace function app.features_on_offer() returns jsonb
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(f.name, f.tiers), '{}')
    from (
        select key as name, coalesce(jsonb_agg(t.name order by t.rank) filter (where value::boolean), '[]') as tiers
        from public.subscription_tiers t
        join public.subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
        cross join jsonb_each_text(v.features)
        group by key
    ) f
$$;

-- The tiers on offer that allow so much of something, cheapest first.
create or replace function app.tiers_allowing(wanted text, amount numeric) returns text[]
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(t.name order by t.rank), '{}')
    from public.subscription_tiers t
    join public.subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
    where coalesce((v.limits ->> wanted)::numeric >= amount, true)
$$;

-- Whether the hotel of the context has a feature in its plan.
create or replace function app.has_feature(feature text) returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select app.plan_feature(app.organization_id(), feature, now())
$$;

-- The plan as servers keep it in memory: what gates ask, and when it has to be asked again.
create or replace function app.plan_summary(organization integer, moment timestamptz) returns jsonb
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'tier', t.tier,
        'version', t.version,
        'status', s.status,
        'permissions', app.status_permissions(s.status, o.past_due_since, moment),
        'limits', v.limits || coalesce(special.limits, '{}'),
        'features', v.features || coalesce(special.features, '{}'),
        'availableIn', app.features_on_offer(),
        'secondsLeft', case when c.at < 'infinity' then extract(epoch from c.at - moment) end
    )
    from public.organizations o
    cross join app.tier_at(organization, moment) t
    cross join app.status_at(o.subscription_status, o.cancel_at, moment) s (status)
    cross join app.plan_changes_at(organization, moment) c (at)
    join public.subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
    cross join lateral (
        select
            jsonb_object_agg(x.name, x.value) filter (where v.limits ? x.name) as limits,
            -- Also one that is younger than the version the hotel bought.
            jsonb_object_agg(x.name, x.value) filter (where jsonb_typeof(x.value) = 'boolean') as features
        from public.subscription_overrides x
        where x.organization_id = organization and (x.expires_at is null or x.expires_at > moment)
    ) special
    where o.id = organization
$$;

revoke all on function app.tier_at(integer, timestamptz) from public;
revoke all on function app.plan_limits(integer, text, timestamptz) from public;
revoke all on function app.plan_limit(integer, text, timestamptz) from public;
revoke all on function app.plan_feature(integer, text, timestamptz) from public;
revoke all on function app.plan_changes_at(integer, timestamptz) from public;
revoke all on function app.tiers_with_feature(text) from public;
revoke all on function app.features_on_offer() from public;
revoke all on function app.tiers_allowing(text, numeric) from public;
revoke all on function app.has_feature(text) from public;
revoke all on function app.plan_summary(integer, timestamptz) from public;
grant execute on function app.tier_at(integer, timestamptz) to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter;
grant execute on function app.plan_limits(integer, text, timestamptz) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.plan_limit(integer, text, timestamptz) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.plan_feature(integer, text, timestamptz) to stayzr_app, stayzr_platform, stayzr_lookup;
grant execute on function app.plan_changes_at(integer, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter;
grant execute on function app.tiers_with_feature(text) to stayzr_app, stayzr_platform, stayzr_lookup;
grant execute on function app.features_on_offer() to stayzr_app, stayzr_platform, stayzr_lookup;
grant execute on function app.tiers_allowing(text, numeric) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.has_feature(text) to stayzr_app;
grant execute on function app.plan_summary(integer, timestamptz) to stayzr_app, stayzr_platform, stayzr_lookup;
