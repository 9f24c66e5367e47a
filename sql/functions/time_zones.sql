-- What is a time zone: UTC, or a name. Abbreviations and offsets know no summer time.

create or replace function app.is_time_zone(zone text) returns boolean
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    -- The names are read from the disk, all of them: not for UTC.
    select case when zone = 'UTC' then true else exists (select from pg_timezone_names n where n.name = zone) end
$$;

-- For triggers: the time_zone of the row is one. The trigger names the constraint that is broken otherwise.
create or replace function app.time_zone_is_known() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if not app.is_time_zone(new.time_zone) then
        raise exception 'unknown time zone' using errcode = 'check_violation', constraint = tg_argv[0];
    end if;
    return new;
end
$$;

revoke all on function app.is_time_zone(text) from public;
revoke all on function app.time_zone_is_known() from public;
grant execute on function app.is_time_zone(text) to stayzr_app, stayzr_platform, stayzr_billing;
