-- users: members see their colleagues. Who holds users.manage may add and edit them.
-- Absent on purpose: select on password_hash (only app.login_lookup and app.password_lookup do), update
-- of is_super_admin and current_org_id (the platform's), and delete. A user is deleted by
-- the status (sql/functions/delete_user.sql), and from then on nobody edits the row.
-- Nobody grants what they do not have (sql/functions/grant_limits.sql), and one active
-- administrator always stays (sql/functions/last_admin.sql).

select app.policy_reset('public.users');

alter table public.users
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy users_tenant on public.users
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy users_colleague on public.users
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

create policy users_manager_create on public.users
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy users_manager_update on public.users
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id()) and (select app.has_permission('users.manage'))
        and status <> 'deleted'
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

grant select (
    organization_id, id, email, email_folded, full_name, full_name_folded, is_org_admin, is_super_admin,
    current_org_id, data_scope, status, deleted_at, created_at, updated_at, version
) on public.users to stayzr_app;
grant insert (email, full_name, password_hash, is_org_admin, data_scope) on public.users to stayzr_app;
grant update (email, full_name, is_org_admin, data_scope, status) on public.users to stayzr_app;

-- Sign-in: one account's hash, asked for by hotel and address; the standing of a caller; and whom to write to about
-- the hotel's plan.
grant select (
    organization_id, id, email, email_folded, password_hash, is_org_admin, is_super_admin, status, data_scope
) on public.users to stayzr_lookup;

-- Whether somebody asked for another hotel's row, who the super admins are, and search across hotels. Nothing is
-- written here: a super admin changes a hotel's users on a visit.
grant select (
    organization_id, id, email, email_folded, full_name, full_name_folded, is_org_admin, is_super_admin, status,
    created_at
) on public.users to stayzr_platform;

create or replace trigger users_touch
    before update on public.users
    for each row execute function app.touch();

create or replace trigger users_audit
    after insert or update or delete on public.users
    for each row execute function app.audit_change();

create or replace trigger users_standing
    after update of status, is_org_admin, is_super_admin, data_scope on public.users
    for each row execute function app.notify_standing();

create or replace trigger users_standing_deleted
    after delete on public.users
    for each row execute function app.notify_standing();

create or replace trigger users_sessions
    after update of status on public.users
    for each row when (new.status <> 'active' and old.status = 'active')
    execute function app.end_sessions_of_disabled();

create or replace trigger users_limit
    before insert or update on public.users
    for each row execute function app.limit_user();

create or replace trigger users_last_admin_update
    after update on public.users
    for each row
    when (old.is_org_admin and old.status = 'active' and not (new.is_org_admin and new.status = 'active'))
    execute function app.keep_an_admin();

create or replace trigger users_last_admin_delete
    after delete on public.users
    for each row
    when (old.is_org_admin and old.status = 'active')
    execute function app.keep_an_admin();

create or replace trigger users_forget
    before update on public.users
    for each row
    when (new.status = 'deleted' and old.status <> 'deleted')
    execute function app.forget_deleted();

create or replace trigger users_own_nothing
    after update on public.users
    for each row
    when (new.status = 'deleted' and old.status <> 'deleted')
    execute function app.refuse_owner_deleted();

-- Everybody sets their own password, signed in or with a token of one use; app.guard_password
-- sees to it that this policy lets nothing else through. Not by a key, nor on a visit.
create policy users_self on public.users
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and id = (select app.user_id()) and (select app.api_key_id()) is null and (select app.actor_id()) is null
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and id = (select app.user_id()) and (select app.api_key_id()) is null and (select app.actor_id()) is null
    );

grant update (password_hash) on public.users to stayzr_app;

create or replace trigger users_password
    after update on public.users
    for each row execute function app.guard_password();

-- Accepting an invitation: the server chooses the id, because it needs it for the context.
grant insert (id, data_scope) on public.users to stayzr_app;

-- Which organization is the platform's own, and not invoiced.
grant select (organization_id, is_super_admin) on public.users to stayzr_billing;

-- How many users a hotel has: those who are deleted do not count.
grant select (organization_id, status) on public.users to stayzr_meter;

create or replace trigger users_usage_added
    after insert on public.users
    referencing new table as rows
    for each statement execute function app.count_users();

create or replace trigger users_usage_removed
    after delete on public.users
    referencing old table as rows
    for each statement execute function app.count_users();

create or replace trigger users_usage_changed
    after update of status on public.users
    for each row when ((old.status = 'deleted') <> (new.status = 'deleted'))
    execute function app.count_users();

-- Users are the last of what is counted to get its triggers, and nobody writes before this
-- transaction ends: the moment to count what was there before.
select app.open_usage_everywhere();
-- And to invoice who was there before: everything that takes has its rights by now.
select app.open_invoicing_everywhere();
