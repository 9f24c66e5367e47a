-- Taking from a limit, in the transaction of the write that is counted, and giving back.
--
-- What is left of a limit lies in slots, so that those who write at the same time do not
-- wait for each other: each takes from the slot of its own connection, or if another has
-- that, from any other that is free. Only who finds nothing spare settles them all
-- (sql/functions/usage_settle.sql). Limits are exact all the same: what is spare in the
-- slots and what was taken from them never come to more than the limit.
--
-- Three kinds of advisory locks, held to the end of the transaction:
--
--   slot      by who takes from it or gives back to it. Only ever tried for.
--   counting  shared by everybody who takes or gives back; alone by who settles, which so
--             waits for all that is under way, and nothing new begins.
--   settling  by who settles: the others wait for it, holding nothing, and try again.
--
-- Who waits to settle must hold no other lock of the count, or two would wait for each
-- other. Hence the blocks below that end in an exception: leaving them gives back what was
-- locked inside. A transaction that writes the same resource in several statements does
-- hold some; when a limit is nearly reached two such may be found in a deadlock, and one of
-- them is told to try again.

-- The first letters of the resources differ, and cost less to tell apart than their names.
create or replace function app.usage_lock(organization integer, wanted text, kind text, slot integer default 0)
returns bigint
language sql immutable parallel safe
return organization::bigint << 16 | ascii(wanted) << 8
    | case kind when 'slot' then slot when 'counting' then 254 when 'settling' then 255 end;

-- Whether a slot has so much for rows of that moment, as of now.
create or replace function app.has_spare(
    organization integer, wanted text, amount bigint, moment timestamptz, number integer
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from public.usage_slots s
        where s.organization_id = organization and s.resource = wanted and s.slot = number
            and s.spare >= amount and s.good_from <= moment and s.good_until > moment
    );
end
$$;

-- The slots that have so much for rows of that moment, in an order of one's own.
create or replace function app.spare_slots(
    organization integer, wanted text, amount bigint, moment timestamptz, mine integer
) returns table (slot smallint)
language sql stable
begin atomic
    select s.slot from public.usage_slots s
    where s.organization_id = organization and s.resource = wanted
        and s.spare >= amount and s.good_from <= moment and s.good_until > moment
    order by (s.slot - mine + 64) % 64;
end;

-- Takes so much for rows of that moment, from any slot that nobody holds. False where none
-- has it, or somebody settles; nothing is locked then.
create or replace function app.take_spare(organization integer, wanted text, amount bigint, moment timestamptz)
returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    mine constant integer := pg_backend_pid() % app.slot_count(wanted);
    taken integer;
    free integer;
begin
    begin
        if not pg_try_advisory_xact_lock_shared(app.usage_lock(organization, wanted, 'counting')) then
            raise exception using errcode = 'SZ900', message = 'somebody settles';
        end if;

        for free in select f.slot from app.spare_slots(organization, wanted, amount, moment, mine) f loop
            -- Looked at once more, behind the lock: so it will be found.
            if pg_try_advisory_xact_lock(app.usage_lock(organization, wanted, 'slot', free))
                and app.has_spare(organization, wanted, amount, moment, free)
            then
                taken := free;
                exit;
            end if;
        end loop;
        if taken is null then
            raise exception using errcode = 'SZ900', message = 'nothing is spare';
        end if;
    exception when sqlstate 'SZ900' then
        return false;
    end;

    update public.usage_slots s set used = s.used + amount, spare = s.spare - amount
    where s.organization_id = organization and s.resource = wanted and s.slot = taken;
    return true;
end
$$;

-- Takes so much for rows of that moment from whatever slot, after settling them all if it
-- must, or refuses with SZ001.
create or replace function app.take_usage_elsewhere(
    organization integer, wanted text, amount bigint, moment timestamptz
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    settling constant bigint := app.usage_lock(organization, wanted, 'settling');
begin
    -- A few times at most: in a crowd somebody may always be a little faster.
    for attempt in 1..4 loop
        if app.take_spare(organization, wanted, amount, moment) then
            return;
        end if;
        exit when pg_try_advisory_xact_lock(settling);
        -- Somebody settles, so there may be something spare when they are done.
        begin
            perform pg_advisory_xact_lock_shared(settling);
            raise exception using errcode = 'SZ900', message = 'they are done';
        exception when sqlstate 'SZ900' then
            null;
        end;
    end loop;
    perform pg_advisory_xact_lock(settling);

    if not app.take_spare(organization, wanted, amount, moment) then
        perform pg_advisory_xact_lock(app.usage_lock(organization, wanted, 'counting'));
        perform app.settle_usage(organization, wanted, amount, moment);
    end if;
end
$$;

-- Takes so much for rows of that moment, or refuses with SZ001. Nearly always one's own slot
-- has it; this is what each write pays for, so it is written out here, without a call of
-- another function of PL/pgSQL.
create or replace function app.take_usage(organization integer, wanted text, amount bigint, moment timestamptz)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    mine constant integer := pg_backend_pid() % app.slot_count(wanted);
begin
    begin
        if not pg_try_advisory_xact_lock_shared(app.usage_lock(organization, wanted, 'counting'))
            or not pg_try_advisory_xact_lock(app.usage_lock(organization, wanted, 'slot', mine))
        then
            raise exception using errcode = 'SZ900', message = 'somebody else has it';
        end if;
        -- A statement of its own: it sees what was committed before the locks were had.
        if not exists (
            select from public.usage_slots s
            where s.organization_id = organization and s.resource = wanted and s.slot = mine
                and s.spare >= amount and s.good_from <= moment and s.good_until > moment
        ) then
            raise exception using errcode = 'SZ900', message = 'it has too little';
        end if;
    exception when sqlstate 'SZ900' then
        perform app.take_usage_elsewhere(organization, wanted, amount, moment);
        return;
    end;

    update public.usage_slots s set used = s.used + amount, spare = s.spare - amount
    where s.organization_id = organization and s.resource = wanted and s.slot = mine;
end
$$;

-- Gives back so much of a level. It is not spare again before the slots are settled: where
-- a plan allows less than there is, what goes makes no room.
create or replace function app.give_back_usage(organization integer, wanted text, amount bigint) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    slots constant integer := app.slot_count(wanted);
    mine constant integer := pg_backend_pid() % slots;
    free integer;
begin
    perform pg_advisory_xact_lock_shared(app.usage_lock(organization, wanted, 'counting'));
    -- The first that nobody holds, beginning with one's own. If all are held, one waits.
    select n % slots into free
    from generate_series(mine, mine + slots - 1) as n
    where pg_try_advisory_xact_lock(app.usage_lock(organization, wanted, 'slot', n % slots))
    limit 1;
    if free is null then
        perform pg_advisory_xact_lock(app.usage_lock(organization, wanted, 'slot', mine));
    end if;

    update public.usage_slots s set used = s.used - amount
    where s.organization_id = organization and s.resource = wanted and s.slot = coalesce(free, mine);
end
$$;

-- Counts a change by so much, up or down.
create or replace function app.count_usage(organization integer, wanted text, amount bigint) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if amount > 0 then
        perform app.take_usage(organization, wanted, amount, clock_timestamp());
    elsif amount < 0 then
        perform app.give_back_usage(organization, wanted, -amount);
    end if;
end
$$;

-- Nothing is spare any more: the plan has changed, and with it what is left. Waits for who
-- is taking; who takes next settles by the new plan.
create or replace function app.recall_spare() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    subject jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    organization integer := coalesce(subject ->> 'organization_id', subject ->> 'id')::integer;
    wanted text;
begin
    foreach wanted in array array['conversations', 'guests', 'messages', 'storage', 'users'] loop
        perform pg_advisory_xact_lock(app.usage_lock(organization, wanted, 'counting'));
    end loop;
    update public.usage_slots s set spare = 0 where s.organization_id = organization and s.spare > 0;
    return null;
end
$$;

alter function app.has_spare(integer, text, bigint, timestamptz, integer) owner to stayzr_meter;
alter function app.take_spare(integer, text, bigint, timestamptz) owner to stayzr_meter;
alter function app.take_usage_elsewhere(integer, text, bigint, timestamptz) owner to stayzr_meter;
alter function app.take_usage(integer, text, bigint, timestamptz) owner to stayzr_meter;
alter function app.give_back_usage(integer, text, bigint) owner to stayzr_meter;
alter function app.count_usage(integer, text, bigint) owner to stayzr_meter;
alter function app.recall_spare() owner to stayzr_meter;
revoke all on function app.usage_lock(integer, text, text, integer) from public;
revoke all on function app.spare_slots(integer, text, bigint, timestamptz, integer) from public;
revoke all on function app.has_spare(integer, text, bigint, timestamptz, integer) from public;
revoke all on function app.take_spare(integer, text, bigint, timestamptz) from public;
revoke all on function app.take_usage_elsewhere(integer, text, bigint, timestamptz) from public;
revoke all on function app.take_usage(integer, text, bigint, timestamptz) from public;
revoke all on function app.give_back_usage(integer, text, bigint) from public;
revoke all on function app.count_usage(integer, text, bigint) from public;
revoke all on function app.recall_spare() from public;
grant execute on function app.usage_lock(integer, text, text, integer) to stayzr_meter;
grant execute on function app.spare_slots(integer, text, bigint, timestamptz, integer) to stayzr_meter;
