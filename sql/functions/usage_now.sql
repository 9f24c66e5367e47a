-- What a hotel uses at a moment, of each resource, and how much of its limit that is.
--
-- Counters move on to a new period when something is counted in it. One whose period is over
-- is told as it will be then: of a rate nothing is used yet, a level stays what it is. The
-- period begins as app.settle_usage will have it.
--
-- Runs with the caller's rights: a member asks under row security. A body in standard SQL:
-- it becomes part of the statement, also of one about every hotel (sql/functions/plans.sql).

create or replace function app.usage_now(organization integer, moment timestamptz)
returns table (
    resource text, used bigint, maximum bigint, share numeric, period_start timestamptz, period_end timestamptz
)
language sql stable parallel safe
begin atomic
    select
        n.resource, n.used, n.maximum,
        -- Where nothing is allowed, all of it is used.
        case when n.maximum > 0 then round(n.used::numeric / n.maximum, 4) when n.maximum = 0 then 1 end,
        case when n.is_over then greatest(p.starts_at, n.period_end) else n.period_start end,
        case when n.is_over then p.ends_at else n.period_end end
    from (
        select
            c.resource, c.period_start, c.period_end, o.billing_day, o.time_zone,
            c.period_end <= moment as is_over,
            case
                when c.period_end <= moment and app.is_rate(c.resource) then 0
                else (
                    select sum(s.used)::bigint from public.usage_slots s
                    where s.organization_id = c.organization_id and s.resource = c.resource
                )
            end as used,
            app.limit_amount(l.maximum, c.resource) as maximum
        from public.organizations o
        join public.usage_counters c on c.organization_id = o.id
        cross join app.plan_limits(o.id, app.limit_name(c.resource), moment) l
        where o.id = organization
        -- What follows uses each of these more than once and is not to count them anew.
        offset 0
    ) n
    left join lateral app.billing_period(n.billing_day, n.time_zone, moment) p on n.is_over;
end;

-- The same of every hotel, a row each, for those who look across them: its highest share, and
-- what it uses of each resource, in the order of their names. share_key sorts by the share in
-- whole ten-thousandths; where there is no limit at all it is -1.
create or replace function app.hotels_usage(moment timestamptz)
returns table (
    id integer,
    tenant_id uuid,
    slug text,
    name text,
    tier text,
    created_at timestamptz,
    last_activity_at timestamptz,
    share double precision,
    share_key bigint,
    messages bigint,
    resources text[],
    used bigint[],
    maximums bigint[],
    shares double precision[]
)
language sql stable parallel safe
begin atomic
    select
        o.id, o.tenant_id, o.slug, o.name, t.tier, o.created_at, activity.last_activity_at,
        u.share, u.share_key, u.messages, u.resources, u.used, u.maximums, u.shares
    from public.organizations o
    cross join app.tier_at(o.id, moment) t
    cross join lateral (
        select max(c.activity_at) as last_activity_at from public.conversations c where c.organization_id = o.id
    ) activity
    cross join lateral (
        select
            max(n.share)::double precision as share,
            coalesce((max(n.share) * 10000)::bigint, -1) as share_key,
            sum(n.used) filter (where n.resource = 'messages')::bigint as messages,
            array_agg(n.resource order by n.resource) as resources,
            array_agg(n.used order by n.resource) as used,
            array_agg(n.maximum order by n.resource) as maximums,
            array_agg(n.share::double precision order by n.resource) as shares
        from app.usage_now(o.id, moment) n
    ) u;
end;

revoke all on function app.usage_now(integer, timestamptz) from public;
revoke all on function app.hotels_usage(timestamptz) from public;
grant execute on function app.usage_now(integer, timestamptz) to stayzr_app, stayzr_platform;
grant execute on function app.hotels_usage(timestamptz) to stayzr_platform;
