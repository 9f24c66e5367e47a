-- A hotel's subscription as it is told, to the hotel itself and to super admins. These run with the caller's rights.

-- Limits or features of a tier, with the overrides that are good at that moment laid over them: each, and where it is
-- from.
create or replace function app.plan_origins(organization integer, of_tier jsonb, moment timestamptz) returns jsonb
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(t.name, case
        when x.name is null then jsonb_build_object('value', t.value, 'origin', 'tier')
        else jsonb_build_object('value', x.value, 'origin', 'override', 'reason', x.reason, 'expiresAt', x.expires_at)
    end)
    from jsonb_each(of_tier) t (name, value)
    left join public.subscription_overrides x
        on x.organization_id = organization and x.name = t.name and (x.expires_at is null or x.expires_at > moment)
$$;

-- What is due counts as done, whether or not anything has settled it.
-- What a hotel has more of than its plan allows, at that moment or from a later one on:
-- nothing of it goes, and nothing is added. Messages are counted anew by then.
create or replace function app.plan_excess(organization integer, moment timestamptz, later timestamptz)
returns jsonb
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'limit', app.limit_name(u.resource),
        'used', round(u.used::numeric / app.limit_unit(u.resource), 3),
        'allowed', a.allowed,
        'from', a.since
    ) order by u.resource), '[]')
    from public.feature_usage u
    cross join lateral (
        select l.allowed, l.since
        from (
            values
                (app.plan_limit(organization, app.limit_name(u.resource), moment), null::timestamptz),
                (
                    case when not app.is_rate(u.resource) then
                        app.plan_limit(organization, app.limit_name(u.resource), later)
                    end,
                    later
                )
        ) as l (allowed, since)
        where u.used > app.limit_amount(l.allowed, u.resource)
        order by l.since nulls first
        limit 1
    ) a
    where u.organization_id = organization and u.is_open and (u.period_end > moment or not app.is_rate(u.resource))
$$;

create or replace function app.subscription_details(organization integer, moment timestamptz)
returns table (
    version integer,
    tier text,
    tier_version integer,
    status text,
    past_due_since timestamptz,
    billing_day integer,
    time_zone text,
    period_starts_at timestamptz,
    period_ends_at timestamptz,
    monthly_price numeric,
    overage_price numeric,
    currency text,
    discount_percent numeric,
    limits jsonb,
    features jsonb,
    cancel_at timestamptz,
    -- What is scheduled.
    next_tier text,
    next_tier_version integer,
    next_tier_at timestamptz,
    next_limits jsonb,
    -- What there is more of than allowed, now or by what is scheduled.
    over jsonb,
    history jsonb
)
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select
        o.version, t.tier, t.version, app.status_at(o.subscription_status, o.cancel_at, moment), o.past_due_since,
        o.billing_day, o.time_zone, p.starts_at, p.ends_at,
        app.round_money(v.monthly_price, v.currency), app.round_money(v.overage_price, v.currency), v.currency,
        (
            select (x.value #>> '{}')::numeric
            from public.subscription_overrides x
            where x.organization_id = organization and x.name = 'discountPercent'
                and (x.expires_at is null or x.expires_at > moment)
        ),
        app.plan_origins(organization, v.limits, moment), app.plan_origins(organization, v.features, moment),
        o.cancel_at,
        n.tier_name, n.version, case when n.version is not null then o.next_tier_at end, n.limits,
        app.plan_excess(organization, moment, case when n.version is not null then o.next_tier_at end),
        coalesce((
            select jsonb_agg(jsonb_build_object(
                'kind', h.kind, 'fromTier', h.from_tier, 'fromVersion', h.from_version, 'toTier', h.to_tier,
                'toVersion', h.to_version, 'amount', app.round_money(h.amount, h.currency)::text,
                'currency', h.currency, 'periodStart', h.period_start, 'periodEnd', h.period_end, 'at', h.at
            ) order by h.id desc)
            from (
                select * from public.subscription_changes c
                where c.organization_id = organization
                order by c.id desc
                limit 12
            ) h
        ), '[]')
    from public.organizations o
    cross join app.tier_at(organization, moment) t
    join public.subscription_tier_versions v on v.tier_name = t.tier and v.version = t.version
    cross join app.billing_period(o.billing_day, o.time_zone, moment) p
    left join public.subscription_tier_versions n
        on n.tier_name = o.next_tier and n.version = o.next_tier_version and o.next_tier_at > moment
    where o.id = organization
$$;

revoke all on function app.plan_origins(integer, jsonb, timestamptz) from public;
revoke all on function app.plan_excess(integer, timestamptz, timestamptz) from public;
revoke all on function app.subscription_details(integer, timestamptz) from public;
grant execute on function app.plan_origins(integer, jsonb, timestamptz) to stayzr_app, stayzr_platform;
grant execute on function app.plan_excess(integer, timestamptz, timestamptz) to stayzr_app, stayzr_platform;
grant execute on function app.subscription_details(integer, timestamptz) to stayzr_app, stayzr_platform;
