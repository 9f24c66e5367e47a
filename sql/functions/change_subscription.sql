-- What a hotel may do with its own subscription, and all of it: nobody but the platform writes those columns in any
-- other way. A higher tier is in force now, and the rest of the period is paid for; a lower one is from the next period
-- on; the present one takes a scheduled change back. A cancellation ends it with the period.
--
-- Runs as stayzr_billing, which looks past row security. So the hotel is the one that the seal proves, and no other
-- can be named. The row is locked as an update locks it, which lets guests and messages of the hotel come in meanwhile.
-- False: the hotel has another version than expected.

create or replace function app.change_subscription(expected integer, wanted text, cancelled boolean) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    home constant integer := app.organization_id();
    moment constant timestamptz := now();
    found_version integer;
    o record;
    offer record;
    ends_at timestamptz;
    goes_on constant boolean := not cancelled;
begin
    if not app.has_permission('subscription.manage') then
        raise exception 'this takes subscription.manage' using errcode = 'insufficient_privilege';
    end if;

    select version into strict found_version from public.organizations where id = home for no key update;
    if found_version <> expected then
        return false;
    end if;
    perform app.settle_subscription(home, moment);

    select
        subscription_tier as tier, subscription_tier_version as version, subscription_status as status,
        next_tier, next_tier_version, next_tier_at, cancel_at, t.rank
    into strict o
    from public.organizations
    join public.subscription_tiers t on t.name = subscription_tier
    where id = home;
    select p.ends_at into strict ends_at from app.billing_period_of(home, moment) p;

    if o.status = 'cancelled' and num_nonnulls(wanted, cancelled) > 0 then
        raise exception 'it is over' using errcode = '23514', constraint = 'subscription_closed';
    end if;

    if wanted is not null then
        select t.rank, t.current_version into offer from public.subscription_tiers t where t.name = wanted;
        if not found then
            raise exception 'no such tier' using errcode = '23503', constraint = 'organizations_tier_unknown';
        end if;
        if wanted = o.tier then
            if o.next_tier is not null then
                perform app.note_subscription_change(home, 'downgrade_withdrawn', o.tier, o.version, false, moment);
                o.next_tier := null; o.next_tier_version := null; o.next_tier_at := null;
            end if;
        elsif offer.rank > o.rank then
            -- More is owed for more, and a suspended hotel could not use it.
            if o.status = 'suspended' then
                raise exception 'it is suspended' using errcode = '23514', constraint = 'subscription_closed';
            end if;
            perform app.note_subscription_change(home, 'upgrade', wanted, offer.current_version, true, moment);
            o.tier := wanted; o.version := offer.current_version;
            o.next_tier := null; o.next_tier_version := null; o.next_tier_at := null;
        -- Scheduled twice it is scheduled once, with the version that was on offer the first time.
        elsif wanted is distinct from o.next_tier then
            perform app.note_subscription_change(
                home, 'downgrade_scheduled', wanted, offer.current_version, false, moment
            );
            o.next_tier := wanted; o.next_tier_version := offer.current_version; o.next_tier_at := ends_at;
        end if;
    end if;

    if cancelled and o.cancel_at is null then
        perform app.note_subscription_change(home, 'cancel', null, null, false, moment);
        o.cancel_at := ends_at;
    elsif goes_on and o.cancel_at is not null then
        -- The tier in the row is still the one before an upgrade in the same breath; that one is what goes on.
        perform app.note_subscription_change(home, 'cancel_withdrawn', o.tier, o.version, false, moment);
        o.cancel_at := null;
    end if;

    -- A change that changes nothing leaves no record and the version as it is.
    update public.organizations
    set
        subscription_tier = o.tier, subscription_tier_version = o.version,
        next_tier = o.next_tier, next_tier_version = o.next_tier_version, next_tier_at = o.next_tier_at,
        cancel_at = o.cancel_at
    where id = home
        and (subscription_tier, next_tier, next_tier_at, cancel_at)
            is distinct from (o.tier, o.next_tier, o.next_tier_at, o.cancel_at);
    return true;
end
$$;

alter function app.change_subscription(integer, text, boolean) owner to stayzr_billing;
revoke all on function app.change_subscription(integer, text, boolean) from public;
grant execute on function app.change_subscription(integer, text, boolean) to stayzr_app;
