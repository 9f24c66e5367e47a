-- audit_log: append-only. A hotel's changes file themselves here, by trigger, and a super
-- admin's visit by app.record_access; who holds audit.read may read their own hotel's.
-- Absent on purpose: update and delete, for every role; any right on a partition, which
-- would go past these policies; insert of sequence, previous_hash, hash and created_at,
-- which the trigger and the clock write.

select app.policy_reset('public.audit_log');

alter table public.audit_log
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy audit_log_tenant on public.audit_log
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

-- The permission is asked behind the seal: of a partitioned table PostgreSQL asks first what depends on no row, and
-- a context that is not true would be answered with no rows instead of an error.
create policy audit_log_reader on public.audit_log
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.organization_id() is not null and app.has_permission('audit.read'))
    );

-- The author of a record is whoever the sealed context says, by the way it says, never a
-- name given.
create policy audit_log_writer on public.audit_log
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and actor_user_id = coalesce((select app.actor_id()), (select app.user_id()))
        and actor_kind = case
            when (select app.actor_id()) is not null then 'super_admin'
            when (select app.api_key_id()) is not null then 'api_key'
            else 'user'
        end
        and api_key_id is not distinct from (select app.api_key_id())
        and grant_id is not distinct from (select app.grant_id())
    );

-- From PostgreSQL 18 on, what goes with the row it refers to (a share with its team) is filed as the owner of the
-- tables, whoever deleted that row: a member, or an administrator by hand, who has no context.
create policy audit_log_cascade on public.audit_log
    for insert to stayzr_owner
    with check (
        case
            when (select app.user_id()) is null then actor_kind = 'administrator' and actor_user_id is null
            else organization_id = (select app.organization_id())
                and actor_user_id = coalesce((select app.actor_id()), (select app.user_id()))
        end
    );

grant select (
    organization_id, sequence, id, created_at, actor_user_id, actor_kind, api_key_id, grant_id, address, request_id,
    action, resource, resource_id, reason, outcome, changes, hash
) on public.audit_log to stayzr_app;
grant insert (
    actor_user_id, actor_kind, api_key_id, grant_id, address, request_id, action, resource, resource_id, reason,
    outcome, changes
) on public.audit_log to stayzr_app;

-- The same of a hotel that changes its subscription, by app.change_subscription.
grant insert (
    actor_user_id, actor_kind, api_key_id, address, request_id, action, resource, resource_id, changes
) on public.audit_log to stayzr_billing;

-- Work across hotels leaves its record in the hotel it was about. And the chain of every
-- hotel is verified from outside them all.
grant select (
    organization_id, sequence, id, created_at, actor_user_id, actor_kind, api_key_id, grant_id, address, request_id,
    action, resource, resource_id, reason, outcome, changes, previous_hash, hash
) on public.audit_log to stayzr_platform;
grant insert (
    organization_id, actor_user_id, actor_kind, api_key_id, grant_id, address, request_id, action, resource, resource_id,
    reason, outcome, changes
) on public.audit_log to stayzr_platform;

create or replace trigger audit_log_chain
    before insert on public.audit_log
    for each row execute function app.audit_chain();
