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

revoke all on function app.usage_now(integer, timestamptz) from public;
grant execute on function app.usage_now(integer, timestamptz) to stayzr_app, stayzr_platform;
