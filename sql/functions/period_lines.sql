-- What the lines of an invoice are (sql/functions/invoices.sql): those of a period, in each currency there are any in:
--
--   plan       what a month of the tier costs that was in force when the period began; where the hotel began to pay
--              within it (a trial ended), or the billing day was changed, the part of the month that was left.
--   proration  what each change of tier within the period costs or credits (subscription_changes).
--   overage    messages beyond the limit that was in force when the period ended, each at a thousandth of the price of
--              1,000.
--   discount   discountPercent, if it was in force when the period ended, of plan and proration.
--
-- Each line is quantity times price, rounded once (sql/functions/money.sql); the total is the sum of the lines. More
-- credit than charge, which takes a move to another currency, is not paid out: a line of its own says so, and the total
-- is nothing. No row: nothing is due.
create or replace function app.invoice_lines_due(organization integer, schedule public.invoice_schedules)
returns table (
    currency text, place bigint, kind text, description text, quantity numeric, unit_price numeric, amount numeric,
    tier text, tier_version integer
)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with begun as (
        -- From when on it is charged, and for what.
        select greatest(s.since, schedule.period_start) as moment, s.tier, s.tier_version
        from (
            select s.*, lead(s.since, 1, 'infinity') over (order by s.since) as until
            from public.subscription_spans s
            where s.organization_id = organization
        ) s
        where s.is_charged and s.since < schedule.period_end and s.until > schedule.period_start
        order by s.since
        limit 1
    ),
    ended as (
        select v.limits, v.overage_price, v.currency
        from public.subscription_spans s
        join public.subscription_tier_versions v on v.tier_name = s.tier and v.version = s.tier_version
        where s.organization_id = organization and s.since < schedule.period_end
        order by s.since desc
        limit 1
    ),
    special as (
        select x.name, x.value
        from public.subscription_overrides x
        where x.organization_id = organization and x.created_at < schedule.period_end
            and (x.expires_at is null or x.expires_at >= schedule.period_end)
    ),
    overage as (
        select ended.currency, ended.overage_price, l.maximum, sum(greatest(u.used - l.maximum, 0)) as beyond
        from ended
        cross join lateral (
            select case
                when exists (select from special where name = 'maxMessagesPerMonth') then
                    (select (value #>> '{}')::bigint from special where name = 'maxMessagesPerMonth')
                else (ended.limits ->> 'maxMessagesPerMonth')::bigint
            end as maximum
        ) l
        -- Each period that was counted ends in one that is invoiced. A counter that nobody has counted with since is
        -- not rolled, and final all the same.
        join public.feature_usage u
            on u.organization_id = organization and u.resource = 'messages'
            and u.period_end > schedule.period_start and u.period_end <= schedule.period_end
        where ended.overage_price is not null
        group by ended.currency, ended.overage_price, l.maximum
    ),
    charges as (
        select 1 as part, null::timestamptz as at, null::uuid as id, v.currency, 'plan' as kind,
            format('Plan %s', v.tier_name) as description, 1::numeric as quantity,
            app.proration(
                0, v.monthly_price, v.currency, schedule.month_start, schedule.period_end, begun.moment
            ) as unit_price
        from begun
        join public.subscription_tier_versions v on v.tier_name = begun.tier and v.version = begun.tier_version
        where v.monthly_price > 0
        union all
        select 2, c.at, c.id, c.currency, 'proration', format('Change from %s to %s', c.from_tier, c.to_tier), 1,
            c.amount
        from begun
        join public.subscription_changes c
            on c.organization_id = organization and c.at >= begun.moment and c.at < schedule.period_end
        where c.amount <> 0
        union all
        select 3, null, null, o.currency, 'overage', format('Messages beyond the %s of the plan', o.maximum), o.beyond,
            trim_scale(o.overage_price / 1000)
        from begun
        cross join overage o
        where o.beyond > 0
    ),
    discounts as (
        select 4, null::timestamptz, null::uuid, c.currency, 'discount', format('Discount of %s %%', trim_scale(d.percent)),
            trim_scale(d.percent / 100), -sum(app.round_money(c.quantity * c.unit_price, c.currency))
        from charges c
        cross join (select (value #>> '{}')::numeric as percent from special where name = 'discountPercent') d
        where c.kind in ('plan', 'proration') and d.percent > 0
        group by c.currency, d.percent
        having sum(app.round_money(c.quantity * c.unit_price, c.currency)) > 0
    ),
    lines as (
        select l.*, app.round_money(l.quantity * l.unit_price, l.currency) as amount
        from (select * from charges union all select * from discounts) l
    ),
    balanced as (
        select * from lines
        union all
        select 5, null, null, l.currency, 'proration', 'Credit beyond what is charged, which is not paid out', 1,
            -sum(l.amount), -sum(l.amount)
        from lines l
        group by l.currency
        having sum(l.amount) < 0
    )
    select b.currency, row_number() over (partition by b.currency order by b.part, b.at, b.id), b.kind, b.description,
        b.quantity, b.unit_price, b.amount, begun.tier, begun.tier_version
    from balanced b
    cross join begun
$$;

revoke all on function app.invoice_lines_due(integer, public.invoice_schedules) from public;
grant execute on function app.invoice_lines_due(integer, public.invoice_schedules) to stayzr_billing;
