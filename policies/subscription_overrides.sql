-- subscription_overrides: a member sees what the hotel has otherwise than its plan says;
-- super admins set it.
-- Absent on purpose: anything a hotel could write.

select app.policy_reset('public.subscription_overrides');

alter table public.subscription_overrides
    alter column organization_id set default app.organization_id();

create policy subscription_overrides_tenant on public.subscription_overrides
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy subscription_overrides_member on public.subscription_overrides
    for select to stayzr_app
    using (organization_id = (select app.organization_id()));

grant select (
    organization_id, name, value, reason, expires_at, created_at, updated_at, version
) on public.subscription_overrides to stayzr_app, stayzr_platform;
grant insert (organization_id, name, value, reason, expires_at) on public.subscription_overrides to stayzr_platform;
grant update (value, reason, expires_at) on public.subscription_overrides to stayzr_platform;
grant delete on public.subscription_overrides to stayzr_platform;

-- What the plan of a hotel allows: with a caller's standing, and where rows are counted.
grant select (organization_id, name, value, expires_at)
    on public.subscription_overrides to stayzr_lookup, stayzr_meter;
-- What an invoice takes off, and what it charges beyond.
grant select (organization_id, name, value, created_at, expires_at) on public.subscription_overrides to stayzr_billing;

create or replace trigger subscription_overrides_touch
    before update on public.subscription_overrides
    for each row execute function app.touch();

create or replace trigger subscription_overrides_audit
    after insert or update or delete on public.subscription_overrides
    for each row execute function app.audit_change();

create or replace trigger subscription_overrides_standing
    after insert or update or delete on public.subscription_overrides
    for each row execute function app.notify_standing();

create or replace trigger subscription_overrides_usage_recall
    after insert or update or delete on public.subscription_overrides
    for each row execute function app.recall_spare();
