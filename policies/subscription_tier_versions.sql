-- subscription_tier_versions: global, as subscription_tiers is. Super admins add versions.
-- Absent on purpose: update and delete. What a hotel bought stays what it was.

select app.policy_reset('public.subscription_tier_versions');

grant select (
    tier_name, version, limits, features, monthly_price, overage_price, currency, created_at
) on public.subscription_tier_versions to stayzr_app, stayzr_platform;
grant insert (
    tier_name, version, limits, features, monthly_price, overage_price, currency
) on public.subscription_tier_versions to stayzr_platform;

-- What the plan of a hotel allows: with a caller's standing, and where rows are counted.
grant select (tier_name, version, limits, features, overage_price)
    on public.subscription_tier_versions to stayzr_lookup, stayzr_meter;
-- What a change of tier costs, and a month of it.
grant select (tier_name, version, limits, monthly_price, overage_price, currency)
    on public.subscription_tier_versions to stayzr_billing;
