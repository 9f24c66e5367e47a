-- subscription_changes: append-only. Who holds subscription.read sees what became of the hotel's subscription; the
-- functions that change one (sql/functions/settle_subscription.sql) add to it.
-- Absent on purpose: anything a hotel could write, update and delete for every role, and a record in the audit log of
-- its own: the hotel's row changes with it, and leaves one.

select app.policy_reset('public.subscription_changes');

alter table public.subscription_changes
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy subscription_changes_tenant on public.subscription_changes
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy subscription_changes_reader on public.subscription_changes
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (
    organization_id, id, kind, from_tier, from_version, to_tier, to_version, amount, currency, period_start, period_end,
    at, by_user
) on public.subscription_changes to stayzr_app, stayzr_platform;
grant insert (
    organization_id, kind, from_tier, from_version, to_tier, to_version, amount, currency, period_start, period_end,
    by_user
) on public.subscription_changes to stayzr_platform, stayzr_billing;
-- What invoices take from here.
grant select (organization_id, id, from_tier, to_tier, amount, currency, at)
    on public.subscription_changes to stayzr_billing;
