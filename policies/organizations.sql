-- organizations: a member sees their own hotel and nothing else. Who holds
-- organization.manage may rename it and change its settings.
-- Absent on purpose: insert and delete (hotels are made by the platform), update
-- of tier, status, slug and is_active (a hotel cannot promote itself; app.change_subscription says what it may), and select on what the
-- platform plans with it (suspended_from, delete_at).

select app.policy_reset('public.organizations');

create policy organizations_tenant on public.organizations
    as restrictive for all to stayzr_app
    using (id = (select app.organization_id()))
    with check (id = (select app.organization_id()));

create policy organizations_member on public.organizations
    for select to stayzr_app
    using (id = (select app.organization_id()));

create policy organizations_manager on public.organizations
    for update to stayzr_app
    using (
        id = (select app.claimed_organization_id())
        and (select app.has_permission('organization.manage'))
    )
    with check (
        id = (select app.claimed_organization_id())
        and (select app.has_permission('organization.manage'))
    );

grant select (
    id, tenant_id, slug, name, subscription_tier, subscription_tier_version, subscription_status, billing_day, time_zone,
    next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since, is_active, settings,
    search_language, created_at, updated_at, version
) on public.organizations to stayzr_app;
-- Absent on purpose: search_languages_before, which a trigger keeps.
grant update (name, settings, search_language) on public.organizations to stayzr_app;

-- Super admins make hotels, change what a hotel itself may not, and suspend them. Absent on purpose: update of slug,
-- tenant_id and settings, and delete. A deletion is scheduled; whoever carries it out is no request.
grant select (
    id, tenant_id, slug, name, name_folded, subscription_tier, subscription_tier_version, subscription_status,
    billing_day, time_zone, next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since, is_active,
    suspended_from, delete_at, created_at, updated_at, version
) on public.organizations to stayzr_platform;
grant insert (
    id, slug, name, subscription_tier, subscription_tier_version, subscription_status, billing_day, time_zone
) on public.organizations to stayzr_platform;
-- The token of the first administrator's invitation holds the hotel's number, so that is known first. The sequence has
-- grants of its own, so it is reset as well: what is granted on it is this file's.
select app.policy_reset('public.organizations_id_seq');
grant usage on sequence public.organizations_id_seq to stayzr_platform;
grant update (
    name, subscription_tier, subscription_tier_version, subscription_status, billing_day, time_zone,
    next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since, is_active, suspended_from, delete_at
) on public.organizations to stayzr_platform;

-- Sign-in: from the name a hotel signs in under to its id; the standing of a caller; and what the hotel is called
-- in a mail about its plan. And the languages that its messages are searched in.
grant select (
    id, tenant_id, slug, name, is_active, search_language, search_languages_before, subscription_tier,
    subscription_tier_version, subscription_status,
    next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since
) on public.organizations to stayzr_lookup;

-- What may be counted up to, and in which period.
grant select (
    id, subscription_tier, subscription_tier_version, subscription_status, billing_day, time_zone,
    next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since
) on public.organizations to stayzr_meter;

-- app.change_subscription: what a hotel may do with its own; and what it is invoiced for, and as whom.
grant select (
    id, name, version, subscription_tier, subscription_tier_version, subscription_status, billing_day, time_zone,
    next_tier, next_tier_version, next_tier_at, cancel_at
) on public.organizations to stayzr_billing;
grant update (
    subscription_tier, subscription_tier_version, subscription_status, next_tier, next_tier_version, next_tier_at,
    cancel_at
) on public.organizations to stayzr_billing;

create or replace trigger organizations_subscription
    before insert or update on public.organizations
    for each row execute function app.keep_subscription();

create or replace trigger organizations_search_languages
    before update of search_language on public.organizations
    for each row when (new.search_language <> old.search_language)
    execute function app.keep_search_languages();

create or replace trigger organizations_touch
    before update on public.organizations
    for each row execute function app.touch();

create or replace trigger organizations_audit
    after insert or update or delete on public.organizations
    for each row execute function app.audit_change();

create or replace trigger organizations_built_in_roles
    after insert on public.organizations
    for each row execute function app.built_in_roles();

create or replace trigger organizations_standing
    after update of
        is_active, subscription_status, subscription_tier, subscription_tier_version, billing_day, time_zone,
        next_tier, next_tier_version, next_tier_at, cancel_at, past_due_since
    on public.organizations
    for each row execute function app.notify_standing();

create or replace trigger organizations_usage
    after insert on public.organizations
    for each row execute function app.open_new_usage();

create or replace trigger organizations_usage_recall
    after update of
        subscription_status, subscription_tier, subscription_tier_version, next_tier, next_tier_version, next_tier_at,
        cancel_at, past_due_since
    on public.organizations
    for each row execute function app.recall_spare();

-- After, because the plan of a hotel that is being made is read in its row.
create or replace trigger organizations_gate
    after insert or update of settings on public.organizations
    for each row when (new.settings <> '{}') execute function app.gate_settings();

create or replace trigger organizations_spans
    after insert or update of
        subscription_status, subscription_tier, subscription_tier_version, billing_day, time_zone
    on public.organizations
    for each row execute function app.follow_subscription();
