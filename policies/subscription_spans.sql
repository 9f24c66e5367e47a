-- subscription_spans: written by the trigger that follows what a hotel's subscription becomes
-- (sql/functions/subscription_spans.sql), and read where an invoice is made, both as stayzr_billing.
-- Absent on purpose: any right of a login role. The policy is there for whoever grants reading one day.

select app.policy_reset('public.subscription_spans');

create policy subscription_spans_tenant on public.subscription_spans
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy subscription_spans_reader on public.subscription_spans
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('subscription.read'))
    );

grant select (organization_id, since, tier, tier_version, is_charged) on public.subscription_spans to stayzr_billing;
grant insert (organization_id, since, tier, tier_version, is_charged) on public.subscription_spans to stayzr_billing;
grant update (tier, tier_version, is_charged) on public.subscription_spans to stayzr_billing;
