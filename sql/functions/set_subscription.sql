-- What super admins may do with a hotel's subscription: what the hotel may, and what is not the hotel's to decide. A
-- tier is in force now, whichever it is, in the version on offer or any other, prorated or not. Null stays.
-- Runs with the rights of the platform. False: there is no such hotel, or it has another version than expected.

create or replace function app.set_subscription(
    organization integer,
    expected integer,
    wanted text,
    wanted_version integer,
    prorated boolean,
    cancelled boolean,
    status text,
    billing_day integer,
    time_zone text
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    moment constant timestamptz := now();
    found_version integer;
    active boolean;
    o record;
    rank_before integer;
    rank_after integer;
    offered integer;
    taken integer;
begin
    select h.version, h.is_active into found_version, active
    from public.organizations h
    where h.id = organization
    for no key update;
    if found_version is null or found_version <> expected then
        return false;
    end if;
    if status is not null and not active then
        raise exception 'it is suspended' using errcode = '23514', constraint = 'organization_inactive';
    end if;
    perform app.settle_subscription(organization, moment);

    select
        h.subscription_tier as tier, h.subscription_tier_version as version, h.subscription_status as status,
        h.next_tier, h.next_tier_version, h.next_tier_at, h.cancel_at
    into strict o
    from public.organizations h
    where h.id = organization;

    if wanted is not null or wanted_version is not null then
        select t.rank into strict rank_before from public.subscription_tiers t where t.name = o.tier;
        select t.rank, t.current_version into rank_after, offered
        from public.subscription_tiers t
        where t.name = coalesce(wanted, o.tier);
        if not found then
            raise exception 'no such tier' using errcode = '23503', constraint = 'organizations_tier_unknown';
        end if;
        -- The tier it has, and no version said: the version it has.
        if wanted_version is null then
            wanted_version := case when wanted = o.tier then o.version else offered end;
        end if;
        wanted := coalesce(wanted, o.tier);
        if (wanted, wanted_version) <> (o.tier, o.version) then
            perform app.note_subscription_change(
                organization, case when rank_after > rank_before then 'upgrade' else 'moved' end,
                wanted, wanted_version, prorated, moment
            );
        elsif o.next_tier is not null then
            perform app.note_subscription_change(
                organization, 'downgrade_withdrawn', wanted, wanted_version, false, moment
            );
        end if;
        o.tier := wanted; o.version := wanted_version;
        o.next_tier := null; o.next_tier_version := null; o.next_tier_at := null;
    end if;

    -- Whoever says what it is in says so from now on: it was cancelled once, and is not any more.
    if status is not null then
        o.status := status;
        if status <> 'cancelled' and o.cancel_at <= moment then
            o.cancel_at := null;
        end if;
    end if;
    if cancelled is not null and o.status = 'cancelled' then
        raise exception 'it is over' using errcode = '23514', constraint = 'subscription_closed';
    end if;
    if cancelled and o.cancel_at is null then
        perform app.note_subscription_change(organization, 'cancel', null, null, false, moment);
        select p.ends_at into strict o.cancel_at from app.billing_period_of(organization, moment) p;
    elsif not cancelled and o.cancel_at is not null then
        perform app.note_subscription_change(organization, 'cancel_withdrawn', o.tier, o.version, false, moment);
        o.cancel_at := null;
    end if;

    update public.organizations h
    set
        subscription_tier = o.tier, subscription_tier_version = o.version, subscription_status = o.status,
        next_tier = o.next_tier, next_tier_version = o.next_tier_version, next_tier_at = o.next_tier_at,
        cancel_at = o.cancel_at,
        billing_day = coalesce(set_subscription.billing_day, h.billing_day),
        time_zone = coalesce(set_subscription.time_zone, h.time_zone)
    where h.id = organization
        and (
            h.subscription_tier, h.subscription_tier_version, h.subscription_status, h.next_tier, h.next_tier_at,
            h.cancel_at, h.billing_day, h.time_zone
        ) is distinct from (
            o.tier, o.version, o.status, o.next_tier, o.next_tier_at, o.cancel_at,
            coalesce(set_subscription.billing_day, h.billing_day), coalesce(set_subscription.time_zone, h.time_zone)
        )
    returning h.subscription_tier_version into taken;
    -- Where the number is that of the version before, app.keep_subscription took the version on offer for meant.
    if taken <> o.version then
        update public.organizations h set subscription_tier_version = o.version where h.id = organization;
    end if;
    return true;
end
$$;

revoke all on function app.set_subscription(integer, integer, text, integer, boolean, boolean, text, integer, text)
    from public;
grant execute on function app.set_subscription(integer, integer, text, integer, boolean, boolean, text, integer, text)
    to stayzr_platform;
