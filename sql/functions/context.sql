-- The tenant context: who is asking, for which hotel, and the seal that proves it.
--
-- The server sets app.context for one transaction: with set_config(…, true) as the first
-- statement, or as a parameter that sets it when it is bound (migrations/V035__contexts.sql).
-- It is a line for each field: the seal, organization, user, actor, via, whether the whole
-- hotel is seen, teams, own teams, permissions, and for the audit log request and address.
--
-- Anybody who may run SQL can set a setting, so the fields prove nothing by themselves: the
-- seal does. It is
--
--     <key id>.<expiry, seconds since 1970>.<hex HMAC-SHA256>
--
-- over the key's id, the expiry, the purpose and every other line. Fields hold no line feed,
-- so two different contexts never give the same text. HMAC: RFC 2104.
--
-- app.organization_id() verifies the seal, and with it every other field. The accessors
-- below it (the hotel as claimed, user, scope, permissions) only read: each policy that asks
-- one stands beside its table's restrictive policy, which asks app.organization_id(), so a
-- row or a write that a forged field would let through raises an error instead.
-- sql/checks/tenant_policy holds that. They are SQL expressions that the planner puts in
-- place; verified once more each, they would cost a read a fifth of its time.
--
-- Errors, each an SQLSTATE of its own: SZ100 no context, SZ101 a seal that does not
-- fit, SZ102 a seal that has expired.

create or replace function app.verify_seal(fields text, seal text) returns void
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    key_id text := split_part(seal, '.', 1);
    expiry text := split_part(seal, '.', 2);
    expected bytea;
begin
    if coalesce(seal, '') = '' then
        raise exception 'no tenant context' using errcode = 'SZ100';
    end if;

    select sha256(outer_pad || sha256(inner_pad || convert_to(key_id || E'\n' || expiry || E'\n' || fields, 'UTF8')))
    into expected
    from app.seal_keys
    where id = key_id;

    -- Hashed once more before they are compared, so that the time the comparison
    -- takes says nothing about how much of a forged seal is right.
    if expected is null or sha256(convert_to(encode(expected, 'hex'), 'UTF8'))
        is distinct from sha256(convert_to(split_part(seal, '.', 3), 'UTF8'))
    then
        raise exception 'the seal does not fit the tenant context' using errcode = 'SZ101';
    end if;

    -- Against the clock, not the start of the transaction or the statement: whoever runs
    -- SQL may lift the timeouts of a session, and so keep either open as long as he likes.
    if expiry::bigint < extract(epoch from clock_timestamp())::bigint then
        raise exception 'the tenant context has expired' using errcode = 'SZ102';
    end if;
end
$$;

create or replace function app.verify_context() returns void
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    context text := current_setting('app.context', true);
    seal text := split_part(context, E'\n', 1);
begin
    perform app.verify_seal('context' || substr(context, length(seal) + 1), seal);
end
$$;

-- The hotel of this transaction. Every tenant policy and tenant column calls this, so it
-- verifies the seal itself, in one query, and spares two more functions with rights and a
-- search path to enter and leave. Whatever does not fit goes to verify_context all the
-- same, for the error that says why.
create or replace function app.organization_id() returns integer
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    context text := current_setting('app.context', true);
    seal text := split_part(context, E'\n', 1);
    expiry text := split_part(seal, '.', 2);
    fits boolean;
begin
    select
        sha256(convert_to(split_part(seal, '.', 3), 'UTF8')) = sha256(convert_to(encode(
            sha256(outer_pad || sha256(inner_pad || convert_to(
                concat(id, E'\n', expiry, E'\ncontext', substr(context, length(seal) + 1)), 'UTF8'
            ))),
            'hex'
        ), 'UTF8'))
    into fits
    from app.seal_keys
    where id = split_part(seal, '.', 1);

    -- Only a seal that fits has a number for its expiry.
    if fits then
        fits := expiry::bigint >= extract(epoch from clock_timestamp())::bigint;
    end if;
    if fits is not true then
        perform app.verify_context();
        raise exception 'the seal does not fit the tenant context' using errcode = 'SZ101';
    end if;
    return nullif(split_part(context, E'\n', 2), '')::integer;
end
$$;

-- The same hotel, not verified: how a permissive policy that says more than the restrictive
-- one beside it repeats the tenant. Verified there too, a read would pay for it twice.
create or replace function app.claimed_organization_id() returns integer
language sql stable parallel safe
return nullif(split_part(current_setting('app.context', true), E'\n', 2), '')::integer;

-- The member of the hotel who is asking; under a grant, the super admin.
create or replace function app.user_id() returns uuid
language sql stable parallel safe
return nullif(split_part(current_setting('app.context', true), E'\n', 3), '')::uuid;

-- The super admin behind the request, or null.
create or replace function app.actor_id() returns uuid
language sql stable parallel safe
return nullif(split_part(current_setting('app.context', true), E'\n', 4), '')::uuid;

-- The grant a super admin visits the hotel by, or null.
create or replace function app.grant_id() returns uuid
language sql stable parallel safe
return substring(split_part(current_setting('app.context', true), E'\n', 5) from '^grant:(.*)$')::uuid;

-- The API key the request came with, or null.
create or replace function app.api_key_id() returns uuid
language sql stable parallel safe
return substring(split_part(current_setting('app.context', true), E'\n', 5) from '^key:(.*)$')::uuid;

-- The request behind the transaction, and where it comes from, for the audit log; or null.
create or replace function app.request_id() returns text
language sql stable parallel safe
return nullif(split_part(current_setting('app.context', true), E'\n', 10), '');

create or replace function app.address() returns text
language sql stable parallel safe
return nullif(split_part(current_setting('app.context', true), E'\n', 11), '');

-- Whether the data scope of the user is the whole hotel.
create or replace function app.sees_all() returns boolean
language sql stable parallel safe
return coalesce(split_part(current_setting('app.context', true), E'\n', 6) = 'true', false);

-- The teams the data scope of the user expands to: none for `own`, the user's for
-- `team`, those of the user's departments for `department`.
create or replace function app.team_ids() returns uuid[]
language sql stable parallel safe
return coalesce(
    string_to_array(nullif(split_part(current_setting('app.context', true), E'\n', 7), ''), ',')::uuid[], '{}'
);

-- The teams the user is a member of, whatever the data scope: what is shared with a team
-- is shared with its members.
create or replace function app.own_team_ids() returns uuid[]
language sql stable parallel safe
return coalesce(
    string_to_array(nullif(split_part(current_setting('app.context', true), E'\n', 8), ''), ',')::uuid[], '{}'
);

-- Whether the user holds a permission such as 'users.manage'.
create or replace function app.has_permission(permission text) returns boolean
language sql stable parallel safe
return coalesce(
    permission = any (string_to_array(split_part(current_setting('app.context', true), E'\n', 9), ',')), false
);

revoke all on function app.verify_seal(text, text) from public;
revoke all on function app.verify_context() from public;
revoke all on function app.organization_id() from public;
revoke all on function app.claimed_organization_id() from public;
revoke all on function app.user_id() from public;
revoke all on function app.actor_id() from public;
revoke all on function app.grant_id() from public;
revoke all on function app.api_key_id() from public;
revoke all on function app.request_id() from public;
revoke all on function app.address() from public;
revoke all on function app.sees_all() from public;
revoke all on function app.team_ids() from public;
revoke all on function app.own_team_ids() from public;
revoke all on function app.has_permission(text) from public;

-- verify_seal is not granted to stayzr_app: nobody may test seals at will.
grant execute on function app.verify_seal(text, text) to stayzr_lookup, stayzr_meter;
grant execute on function app.verify_context() to stayzr_app;
grant execute on function app.organization_id()
    to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_meter, stayzr_billing;
grant execute on function app.claimed_organization_id() to stayzr_app;
grant execute on function app.user_id() to stayzr_app, stayzr_platform, stayzr_lookup, stayzr_billing;
grant execute on function app.actor_id() to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
grant execute on function app.grant_id() to stayzr_app, stayzr_platform;
grant execute on function app.api_key_id() to stayzr_app, stayzr_platform, stayzr_billing;

grant execute on function app.request_id() to stayzr_app, stayzr_platform, stayzr_billing;
grant execute on function app.address() to stayzr_app, stayzr_platform, stayzr_billing;
grant execute on function app.sees_all() to stayzr_app, stayzr_lookup;
grant execute on function app.team_ids() to stayzr_app, stayzr_lookup;
grant execute on function app.own_team_ids() to stayzr_app, stayzr_lookup;
grant execute on function app.has_permission(text) to stayzr_app, stayzr_billing;
