-- refresh_tokens: the server exchanges a user's own, in a context of that user.
-- Absent on purpose: delete, and any grant to write the user.

select app.policy_reset('public.refresh_tokens');

alter table public.refresh_tokens
    alter column organization_id set default app.organization_id(),
    alter column user_id set default app.user_id();

create policy refresh_tokens_tenant on public.refresh_tokens
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy refresh_tokens_owner on public.refresh_tokens
    for all to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    );

grant select (organization_id, hash, session_id, user_id, created_at, used_at) on public.refresh_tokens to stayzr_app;
grant insert (hash, session_id) on public.refresh_tokens to stayzr_app;
grant update (used_at) on public.refresh_tokens to stayzr_app;
