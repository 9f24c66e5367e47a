-- subscription_tiers: global. The plans on offer are the same for every hotel, so
-- there is no tenant column and no row security; every request may read them, and
-- nobody but the owner may write.

select app.policy_reset('public.subscription_tiers');

grant select (name, rank, limits, features, monthly_price, currency) on public.subscription_tiers to stayzr_app;

-- The standing of a caller with an API key: whether the plan has apiAccess.
grant select (name, features) on public.subscription_tiers to stayzr_lookup;
