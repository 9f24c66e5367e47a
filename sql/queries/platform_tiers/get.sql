-- $1 name. With every version there was, newest first.
select t.name, t.rank, v.version, v.limits, v.features, app.round_money(v.monthly_price, v.currency) as monthly_price,
    app.round_money(v.overage_price, v.currency) as overage_price, v.currency,
    (
        select jsonb_agg(jsonb_build_object(
            'version', e.version, 'limits', e.limits, 'features', e.features,
            'monthlyPrice', app.round_money(e.monthly_price, e.currency)::text,
            'overagePrice', app.round_money(e.overage_price, e.currency)::text, 'currency', e.currency,
            'createdAt', e.created_at,
            'hotelCount', (
                select count(*) from organizations o
                where o.subscription_tier = e.tier_name and o.subscription_tier_version = e.version
            )
        ) order by e.version desc)
        from subscription_tier_versions e
        where e.tier_name = t.name
    ) as versions
from subscription_tiers t
join subscription_tier_versions v on v.tier_name = t.name and v.version = t.current_version
where t.name = $1
