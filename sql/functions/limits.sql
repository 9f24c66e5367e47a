-- What plans limit, and how it is counted.

-- The limit of the plan that holds a resource.
create or replace function app.limit_name(resource text) returns text
language sql immutable parallel safe
return case resource
    when 'users' then 'maxUsers'
    when 'guests' then 'maxGuests'
    when 'conversations' then 'maxActiveConversations'
    when 'messages' then 'maxMessagesPerMonth'
    when 'storage' then 'maxStorageGB'
end;

-- How much one of the limit's units is in what is counted: storage is counted in bytes and
-- sold in gigabytes of 10^9 bytes.
create or replace function app.limit_unit(resource text) returns bigint
language sql immutable parallel safe
return case resource when 'storage' then 1000000000 else 1 end;

-- A limit in what is counted. One beyond what can be counted is none that anybody reaches.
create or replace function app.limit_amount(maximum bigint, resource text) returns bigint
language sql immutable parallel safe
return case
    when maximum is not null then least(maximum::numeric * app.limit_unit(resource), 9000000000000000000)::bigint
end;

-- Whether a resource is counted anew in each period. All others are levels: what goes is
-- given back.
create or replace function app.is_rate(resource text) returns boolean
language sql immutable parallel safe
return resource = 'messages';

-- In how many slots a resource is counted: as many as write it at the same time, if they can.
create or replace function app.slot_count(resource text) returns integer
language sql immutable parallel safe
return case resource when 'messages' then 64 when 'guests' then 32 when 'conversations' then 32 when 'storage' then 16
    else 4 end;

revoke all on function app.limit_name(text) from public;
revoke all on function app.limit_unit(text) from public;
revoke all on function app.limit_amount(bigint, text) from public;
revoke all on function app.is_rate(text) from public;
revoke all on function app.slot_count(text) from public;
grant execute on function app.limit_name(text) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.limit_unit(text) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.limit_amount(bigint, text) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.is_rate(text) to stayzr_app, stayzr_platform, stayzr_meter;
grant execute on function app.slot_count(text) to stayzr_meter;
