-- What the status of a subscription allows. This is the one place: standings take the
-- permissions from here, and the functions that count ask here whether a hotel may grow.
--
--   status      | permissions                    | may grow
--   ------------+--------------------------------+------------------
--   trialing    | all                            | yes
--   active      | all                            | yes
--   past_due    | all for 14 days, then reading  | all but users; then nothing
--   suspended   | subscription and export        | nothing
--   cancelled   | reading                        | nothing
--
-- Signing in is always possible, and so is one's own account. That a hotel may not be
-- entered at all is another thing: organizations.is_active, which only the platform sets.

create or replace function app.grace_period() returns interval
language sql immutable parallel safe
return interval '14 days';

-- The status in force at that moment: a subscription that was cancelled for then is.
create or replace function app.status_at(status text, cancel_at timestamptz, moment timestamptz) returns text
language sql immutable parallel safe
return case when cancel_at <= moment and status <> 'suspended' then 'cancelled' else status end;

-- The permissions that count at all; null: every one.
create or replace function app.status_permissions(status text, past_due_since timestamptz, moment timestamptz)
returns text[]
language sql immutable parallel safe
return case
    when status in ('trialing', 'active') or status = 'past_due' and moment < past_due_since + app.grace_period() then null
    when status = 'suspended' then array['subscription.read', 'subscription.manage', 'data.export']
    else array[
        'guests.read', 'conversations.read', 'users.read', 'organization.read', 'audit.read', 'analytics.read',
        'subscription.read', 'subscription.manage', 'data.export'
    ]
end;

-- Whether there may be more of a resource.
create or replace function app.status_allows_growth(
    status text, past_due_since timestamptz, resource text, moment timestamptz
) returns boolean
language sql immutable parallel safe
return case
    when status in ('trialing', 'active') then true
    when status = 'past_due' then coalesce(moment < past_due_since + app.grace_period(), false) and resource <> 'users'
    else false
end;

revoke all on function app.grace_period() from public;
revoke all on function app.status_at(text, timestamptz, timestamptz) from public;
revoke all on function app.status_permissions(text, timestamptz, timestamptz) from public;
revoke all on function app.status_allows_growth(text, timestamptz, text, timestamptz) from public;
grant execute on function app.grace_period() to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter;
grant execute on function app.status_at(text, timestamptz, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter;
grant execute on function app.status_permissions(text, timestamptz, timestamptz)
    to stayzr_app, stayzr_platform, stayzr_lookup;
grant execute on function app.status_allows_growth(text, timestamptz, text, timestamptz) to stayzr_meter;
