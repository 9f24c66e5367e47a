-- password_resets: the server makes and uses a user's own, in a context of that user.
-- Absent on purpose: delete, and any grant to write the user.

select app.policy_reset('public.password_resets');

alter table public.password_resets
    alter column organization_id set default app.organization_id(),
    alter column user_id set default app.user_id();

create policy password_resets_tenant on public.password_resets
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy password_resets_owner on public.password_resets
    for all to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id()) and (select app.api_key_id()) is null
    );

grant select (organization_id, hash, user_id, created_at, expires_at, used_at) on public.password_resets to stayzr_app;
grant insert (hash, expires_at) on public.password_resets to stayzr_app;
grant update (used_at) on public.password_resets to stayzr_app;
