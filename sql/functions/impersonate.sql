-- A context made by hand, so that a DBA can try policies in psql:
--
--     begin;
--     set local role stayzr_owner;
--     select app.impersonate('grand-plaza');
--     set local role stayzr_app;
--     select * from guests;
--     rollback;
--
-- Only the owner may call it. It sees everything inside the hotel and may do nothing
-- that needs a permission unless permissions are named ('users.manage,guests.write').

create or replace function app.organization_by_slug(wanted text) returns integer
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select id from public.organizations where slug = wanted
$$;

alter function app.organization_by_slug(text) owner to stayzr_lookup;
revoke all on function app.organization_by_slug(text) from public;
grant execute on function app.organization_by_slug(text) to stayzr_owner;

create or replace function app.impersonate(
    slug text,
    user_id uuid default null,
    permissions text default '',
    lifetime interval default '10 minutes'
) returns text
language plpgsql volatile security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    organization integer := app.organization_by_slug(slug);
    expiry text := extract(epoch from transaction_timestamp() + lifetime)::bigint::text;
    key app.seal_keys;
begin
    if organization is null then
        raise exception 'no organization %', quote_literal(slug) using errcode = 'no_data_found';
    end if;

    select * into strict key from app.seal_keys order by created_at desc, id limit 1;

    perform set_config('app.organization_id', organization::text, true);
    perform set_config('app.user_id', coalesce(user_id::text, ''), true);
    perform set_config('app.actor_id', '', true);
    perform set_config('app.sees_all', 'true', true);
    perform set_config('app.team_ids', '', true);
    perform set_config('app.permissions', permissions, true);
    perform set_config('app.seal', key.id || '.' || expiry || '.' || encode(
        sha256(key.outer_pad || sha256(key.inner_pad || convert_to(
            concat_ws(
                E'\n', key.id, expiry, 'context', organization::text, coalesce(user_id::text, ''), '', 'true', '', permissions
            ),
            'UTF8'
        ))),
        'hex'
    ), true);

    return format('organization %s (%s) until %s', organization, slug, transaction_timestamp() + lifetime);
end
$$;

-- Granted to nobody: stayzr_owner owns it.
revoke all on function app.impersonate(text, uuid, text, interval) from public;
