-- sessions: users see and end their own, signed in and not by an API key. Who holds
-- users.manage ends those of a user they disable.
-- Absent on purpose: delete. When and how a session ended is part of what happened.

select app.policy_reset('public.sessions');

alter table public.sessions
    alter column organization_id set default app.organization_id(),
    alter column user_id set default app.user_id();

create policy sessions_tenant on public.sessions
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy sessions_owner on public.sessions
    for all to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    );

create policy sessions_manager_select on public.sessions
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    );

create policy sessions_manager_update on public.sessions
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage'))
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('users.manage')) and ended_at is not null
    );

grant select (
    organization_id, id, user_id, user_agent, address, created_at, last_used_at, expires_at, ended_at, end_reason
) on public.sessions to stayzr_app;
grant insert (id, user_agent, address, expires_at) on public.sessions to stayzr_app;
grant update (last_used_at, ended_at, end_reason) on public.sessions to stayzr_app;

-- The standing of a caller: is the session alive?
grant select (organization_id, id, user_id, expires_at, ended_at) on public.sessions to stayzr_lookup;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.sessions to stayzr_platform;

create or replace trigger sessions_standing
    after update of ended_at on public.sessions
    for each row when (old.ended_at is distinct from new.ended_at) execute function app.notify_standing();
