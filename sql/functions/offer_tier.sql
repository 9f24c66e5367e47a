-- Offers another version of a tier: what is on offer with that patch laid over it. Nothing changes for who bought an
-- earlier one. The row of the tier is locked, so of two edits based on the same version one is made. Null: there is no
-- such tier, or another version is on offer than expected.

create or replace function app.offer_tier(
    tier text,
    expected integer,
    limits_patch jsonb,
    features_patch jsonb,
    new_price numeric,
    changes_overage boolean,
    new_overage numeric,
    new_currency text
) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    offered integer;
    v record;
begin
    select t.current_version into offered from public.subscription_tiers t where t.name = tier for no key update;
    if offered is null or offered <> expected then
        return null;
    end if;

    select limits, features, monthly_price, overage_price, currency
    into strict v
    from public.subscription_tier_versions
    where tier_name = tier and version = offered;
    v.limits := v.limits || coalesce(limits_patch, '{}');
    v.features := v.features || coalesce(features_patch, '{}');
    v.monthly_price := coalesce(new_price, v.monthly_price);
    v.currency := coalesce(new_currency, v.currency);
    if changes_overage then
        v.overage_price := new_overage;
    end if;
    -- Nobody can be billed a part of a cent.
    if v.monthly_price <> app.round_money(v.monthly_price, v.currency)
        or v.overage_price <> app.round_money(v.overage_price, v.currency)
    then
        raise exception 'the price is finer than its currency'
            using errcode = '23514', constraint = 'tier_price_too_fine';
    end if;

    insert into public.subscription_tier_versions (
        tier_name, version, limits, features, monthly_price, overage_price, currency
    ) values (tier, offered + 1, v.limits, v.features, v.monthly_price, v.overage_price, v.currency);
    update public.subscription_tiers set current_version = offered + 1, updated_at = now() where name = tier;
    return offered + 1;
end
$$;

revoke all on function app.offer_tier(text, integer, jsonb, jsonb, numeric, boolean, numeric, text) from public;
grant execute on function app.offer_tier(text, integer, jsonb, jsonb, numeric, boolean, numeric, text)
    to stayzr_platform;
