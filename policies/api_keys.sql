-- api_keys: who holds users.manage sees, makes and revokes the keys of the hotel. The
-- server notes, in a context of the key's maker, when a key was last used.
-- Absent on purpose: select on hash (only app.api_key_standing reads it), update of
-- permissions and scope (a key that is to do more is a new key), and delete.

select app.policy_reset('public.api_keys');

alter table public.api_keys
    alter column organization_id set default app.organization_id(),
    alter column created_by set default app.user_id();

create policy api_keys_tenant on public.api_keys
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy api_keys_manager on public.api_keys
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy api_keys_maker on public.api_keys
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and created_by = (select app.user_id())
    );

-- A key makes no key, and what it may do its maker may.
create policy api_keys_manager_create on public.api_keys
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id()) and created_by = (select app.user_id())
        and (select app.has_permission('users.manage')) and (select app.api_key_id()) is null
        and (select app.actor_id()) is null
    );

create policy api_keys_manager_update on public.api_keys
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy api_keys_maker_update on public.api_keys
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and created_by = (select app.user_id())
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and created_by = (select app.user_id())
    );

grant select (
    organization_id, id, name, prefix, permissions, data_scope, created_by, created_at, expires_at, last_used_at, revoked_at
) on public.api_keys to stayzr_app;
grant insert (id, name, prefix, hash, permissions, data_scope, expires_at) on public.api_keys to stayzr_app;
grant update (last_used_at, revoked_at) on public.api_keys to stayzr_app;

-- The standing of a caller with a key.
grant select (
    organization_id, id, hash, permissions, data_scope, created_by, expires_at, revoked_at
) on public.api_keys to stayzr_lookup;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.api_keys to stayzr_platform;

create or replace trigger api_keys_standing
    after update of revoked_at on public.api_keys
    for each row when (old.revoked_at is distinct from new.revoked_at) execute function app.notify_standing();

create or replace trigger api_keys_limit
    after insert on public.api_keys
    for each row execute function app.limit_api_key();

create or replace trigger api_keys_keep_revoked
    before update of revoked_at on public.api_keys
    for each row when (old.revoked_at is not null) execute function app.keep_revoked();

-- Last use is noted every minute and audited never.
create or replace trigger api_keys_audit
    after insert or update of revoked_at on public.api_keys
    for each row execute function app.audit_change();
