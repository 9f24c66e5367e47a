-- Cheapest first; of each tier, which versions hotels have and how many have them.
select t.name, t.rank, v.version, v.limits, v.features, app.round_money(v.monthly_price, v.currency) as monthly_price,
    app.round_money(v.overage_price, v.currency) as overage_price, v.currency,
    (
        select coalesce(jsonb_agg(jsonb_build_object('version', h.version, 'count', h.count) order by h.version), '[]')
        from (
            select o.subscription_tier_version as version, count(*) as count
            from organizations o
            where o.subscription_tier = t.name
            group by o.subscription_tier_version
        ) h
    ) as hotels
from subscription_tiers t
join subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
order by t.rank
