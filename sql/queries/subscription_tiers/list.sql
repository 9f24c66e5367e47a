-- What is on offer, cheapest first.
select t.name, t.rank, v.version, v.limits, v.features, app.round_money(v.monthly_price, v.currency) as monthly_price,
    app.round_money(v.overage_price, v.currency) as overage_price, v.currency
from subscription_tiers t
join subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
order by t.rank
