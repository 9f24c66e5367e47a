-- What every change of a subscription is made of. These run with the caller's rights: those of the platform, or of
-- stayzr_billing inside app.change_subscription. A hotel has neither.

-- Puts a step on record, with what it costs. Called before the hotel's row is written, which is where it comes from.
create or replace function app.note_subscription_change(
    organization integer, kind text, to_tier text, to_version integer, prorated boolean, moment timestamptz
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    earlier record;
    later record;
    period record;
    amount numeric := 0;
begin
    select o.subscription_tier as tier, v.version, v.monthly_price, v.currency
    into strict earlier
    from public.organizations o
    join public.subscription_tier_versions v
        on v.tier_name = o.subscription_tier and v.version = o.subscription_tier_version
    where o.id = organization;

    select v.monthly_price, v.currency into later
    from public.subscription_tier_versions v
    where v.tier_name = to_tier and v.version = to_version;
    if to_tier is not null and not found then
        raise exception 'no such version' using errcode = '23503', constraint = 'organizations_tier_version_unknown';
    end if;

    select * into period from app.billing_period_of(organization, moment);
    if prorated then
        if later.currency <> earlier.currency then
            raise exception 'prices in % and % have no difference', earlier.currency, later.currency
                using errcode = '23514', constraint = 'subscription_currency';
        end if;
        amount := app.proration(
            earlier.monthly_price, later.monthly_price, later.currency, period.starts_at, period.ends_at, moment
        );
    end if;

    insert into public.subscription_changes (
        organization_id, kind, from_tier, from_version, to_tier, to_version, amount, currency, period_start, period_end,
        by_user
    ) values (
        organization, kind, earlier.tier, earlier.version, to_tier, to_version, amount,
        coalesce(later.currency, earlier.currency), period.starts_at, period.ends_at,
        coalesce(app.actor_id(), app.user_id())
    );
end
$$;

-- Puts into place what is due: a scheduled downgrade, a cancellation. Both are in force by time, whether or not
-- anything calls this (app.tier_at, app.status_at); it makes them so in the row, once, whoever and how many ask. Tells
-- whether there was anything.
create or replace function app.settle_subscription(organization integer, moment timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    o record;
    moved boolean;
    ended boolean;
    taken integer;
begin
    select subscription_status, next_tier, next_tier_version, next_tier_at, cancel_at
    into o
    from public.organizations
    where id = organization
    for no key update;

    moved := coalesce(o.next_tier_at <= moment, false);
    -- Who is suspended and comes back finds it cancelled then.
    ended := coalesce(o.cancel_at <= moment, false) and o.subscription_status not in ('cancelled', 'suspended');
    if not (moved or ended) then
        return false;
    end if;

    if moved then
        perform app.note_subscription_change(
            organization, 'moved', o.next_tier, o.next_tier_version, false, o.next_tier_at
        );
    end if;
    update public.organizations
    set
        subscription_tier = case when moved then o.next_tier else subscription_tier end,
        subscription_tier_version = case when moved then o.next_tier_version else subscription_tier_version end,
        next_tier = case when moved then null else next_tier end,
        next_tier_version = case when moved then null else next_tier_version end,
        next_tier_at = case when moved then null else next_tier_at end,
        subscription_status = case when ended then 'cancelled' else subscription_status end
    where id = organization
    returning subscription_tier_version into taken;
    -- Where the number is that of the version before, app.keep_subscription took the version on offer for meant.
    if moved and taken <> o.next_tier_version then
        update public.organizations set subscription_tier_version = o.next_tier_version where id = organization;
    end if;
    return true;
end
$$;

revoke all on function app.note_subscription_change(integer, text, text, integer, boolean, timestamptz) from public;
revoke all on function app.settle_subscription(integer, timestamptz) from public;
grant execute on function app.note_subscription_change(integer, text, text, integer, boolean, timestamptz)
    to stayzr_platform, stayzr_billing;
grant execute on function app.settle_subscription(integer, timestamptz) to stayzr_platform, stayzr_billing;
