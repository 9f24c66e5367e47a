-- A context made by hand, so that a DBA can try policies in psql:
--
--     begin;
--     set local role stayzr_owner;
--     select app.impersonate('grand-plaza');
--     set local role stayzr_app;
--     select * from guests;
--     rollback;
--
-- Only the owner may call it. It sees everything inside the hotel, unless sees_all is
-- false and a user or teams say whose, and may do nothing that needs a permission unless
-- permissions are named ('users.manage,guests.write').

create or replace function app.organization_by_slug(wanted text) returns integer
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select id from public.organizations where slug = wanted
$$;

alter function app.organization_by_slug(text) owner to stayzr_lookup;
revoke all on function app.organization_by_slug(text) from public;
grant execute on function app.organization_by_slug(text) to stayzr_owner;

-- It once had fewer parameters, and a function of other parameters is not replaced but joined by another.
drop function if exists app.impersonate(text, uuid, text, interval);

create or replace function app.impersonate(
    slug text,
    user_id uuid default null,
    permissions text default '',
    lifetime interval default '10 minutes',
    sees_all boolean default true,
    team_ids uuid[] default '{}'
) returns text
language plpgsql volatile security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    organization integer := app.organization_by_slug(slug);
    expiry text := extract(epoch from transaction_timestamp() + lifetime)::bigint::text;
    key app.seal_keys;
    fields text;
begin
    if organization is null then
        raise exception 'no organization %', quote_literal(slug) using errcode = 'no_data_found';
    end if;

    select * into strict key from app.seal_keys order by created_at desc, id limit 1;

    fields := concat_ws(
        E'\n', organization::text, coalesce(user_id::text, ''), '', '', sees_all::text,
        array_to_string(team_ids, ','), array_to_string(team_ids, ','), permissions, '', ''
    );
    perform set_config('app.context', key.id || '.' || expiry || '.' || encode(
        sha256(key.outer_pad || sha256(key.inner_pad || convert_to(
            concat_ws(E'\n', key.id, expiry, 'context', fields), 'UTF8'
        ))),
        'hex'
    ) || E'\n' || fields, true);

    return format('organization %s (%s) until %s', organization, slug, transaction_timestamp() + lifetime);
end
$$;

-- Granted to nobody: stayzr_owner owns it.
revoke all on function app.impersonate(text, uuid, text, interval, boolean, uuid[]) from public;
