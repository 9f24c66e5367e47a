-- What an API key may be: no more than its maker, and only where the plan has apiAccess.

create or replace function app.guard_api_key() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    missing text;
begin
    if tg_op = 'UPDATE' then
        -- Revoked is revoked.
        if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
            raise exception 'the key is revoked' using errcode = 'SZ005', constraint = 'api_keys_revoked';
        end if;
        return new;
    end if;

    if not app.has_feature('apiAccess') then
        raise exception 'the plan has no apiAccess' using errcode = 'SZ002', constraint = 'apiAccess';
    end if;

    select permission into missing
    from unnest(new.permissions) as permission
    where not app.has_permission(permission)
    limit 1;
    if missing is not null then
        raise exception 'permission % is not the maker''s', missing
            using errcode = 'SZ003', constraint = 'permission_escalation', detail = missing;
    end if;
    if new.data_scope = 'all' and not app.sees_all() then
        raise exception 'the maker does not see the whole hotel'
            using errcode = 'SZ003', constraint = 'permission_escalation', detail = 'dataScope';
    end if;
    return new;
end
$$;

revoke all on function app.guard_api_key() from public;
