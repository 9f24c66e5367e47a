-- What an API key may be: no more than its maker, and only where the plan has apiAccess.
-- SZ002: sql/functions/features.sql. SZ003: sql/functions/grant_limits.sql.

create or replace function app.limit_api_key() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.require_feature(new.organization_id, 'apiAccess');
    perform app.require_held(new.permissions);
    perform app.require_scope(new.data_scope);
    return null;
end
$$;

-- Revoked is revoked, whoever asks.
create or replace function app.keep_revoked() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.revoked_at := old.revoked_at;
    return new;
end
$$;

revoke all on function app.limit_api_key() from public;
revoke all on function app.keep_revoked() from public;
