-- The periods a hotel is billed and counted by: a month each, from midnight of its billing
-- day where the hotel is. A month that has no such day begins on its last.

create or replace function app.billing_day_of(month date, billing_day integer) returns date
language sql immutable parallel safe
return month + (least(
    billing_day, extract(day from (month + interval '1 month' - interval '1 day'))::integer
) - 1);

-- The period a moment belongs to: starts_at <= moment < ends_at.
create or replace function app.billing_period(billing_day integer, time_zone text, moment timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    with here as (
        select (moment at time zone time_zone)::date as today,
            date_trunc('month', moment at time zone time_zone)::date as month
    ),
    started as (
        select case
            when today >= app.billing_day_of(month, billing_day) then month
            else (month - interval '1 month')::date
        end as month
        from here
    )
    select
        app.billing_day_of(month, billing_day)::timestamp at time zone time_zone,
        app.billing_day_of((month + interval '1 month')::date, billing_day)::timestamp at time zone time_zone
    from started
$$;

-- That of one hotel.
create or replace function app.billing_period_of(organization integer, moment timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select p.starts_at, p.ends_at
    from public.organizations o
    cross join app.billing_period(o.billing_day, o.time_zone, moment) p
    where o.id = organization
$$;

-- The date at a hotel, and the moment a date begins there.
create or replace function app.local_date(organization integer, moment timestamptz) returns date
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select (moment at time zone o.time_zone)::date from public.organizations o where o.id = organization
$$;

create or replace function app.local_midnight(organization integer, day date) returns timestamptz
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select day::timestamp at time zone o.time_zone from public.organizations o where o.id = organization
$$;

revoke all on function app.billing_day_of(date, integer) from public;
revoke all on function app.billing_period(integer, text, timestamptz) from public;
revoke all on function app.billing_period_of(integer, timestamptz) from public;
revoke all on function app.local_date(integer, timestamptz) from public;
revoke all on function app.local_midnight(integer, date) from public;
grant execute on function app.billing_day_of(date, integer)
    to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant execute on function app.billing_period(integer, text, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant execute on function app.billing_period_of(integer, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant execute on function app.local_date(integer, timestamptz) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.local_midnight(integer, date) to stayzr_app, stayzr_platform, stayzr_meter;
