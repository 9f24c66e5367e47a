-- idempotency_keys: a user finds only answers to their own requests.
-- Absent on purpose: update. An answer, once given, stays the same.

select app.policy_reset('public.idempotency_keys');

alter table public.idempotency_keys
    alter column organization_id set default app.organization_id(),
    alter column user_id set default app.user_id();

create policy idempotency_keys_tenant on public.idempotency_keys
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy idempotency_keys_owner on public.idempotency_keys
    for all to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id())
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and user_id = (select app.user_id())
    );

grant select (
    organization_id, user_id, operation, key, request_hash, response, created_at
) on public.idempotency_keys to stayzr_app;
grant insert (operation, key, request_hash, response) on public.idempotency_keys to stayzr_app;
grant delete on public.idempotency_keys to stayzr_app;
