-- What follows by itself when the subscription of a hotel is written: which version of a
-- tier was bought, and since when a payment is due.

create or replace function app.keep_subscription() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Who buys a tier without saying more buys the version on offer. An unknown tier is
    -- left to the foreign key.
    if tg_op = 'INSERT' and new.subscription_tier_version is null
        or tg_op = 'UPDATE' and new.subscription_tier <> old.subscription_tier
            and new.subscription_tier_version = old.subscription_tier_version
            -- What is due is the version that was scheduled, whichever is on offer by now.
            and (
                old.next_tier_at <= now()
                and (new.subscription_tier, new.subscription_tier_version) = (old.next_tier, old.next_tier_version)
            ) is not true
    then
        new.subscription_tier_version := coalesce(
            (select t.current_version from public.subscription_tiers t where t.name = new.subscription_tier), 1
        );
    end if;

    if new.subscription_status <> 'past_due' then
        new.past_due_since := null;
    elsif tg_op = 'INSERT' or old.subscription_status <> 'past_due' then
        new.past_due_since := coalesce(new.past_due_since, now());
    end if;

    if (tg_op = 'INSERT' or new.time_zone <> old.time_zone) and not app.is_time_zone(new.time_zone) then
        raise exception 'unknown time zone' using errcode = '23514', constraint = 'organizations_time_zone_unknown';
    end if;
    return new;
end
$$;

revoke all on function app.keep_subscription() from public;
