-- subscription_tiers: global. The plans on offer are the same for every hotel, so
-- there is no tenant column and no row security; every request may read them. Super admins
-- offer another version of one. Absent on purpose: insert and delete. What a tier is called and
-- how it ranks is decided with a release.

select app.policy_reset('public.subscription_tiers');

grant select (name, rank, current_version, created_at, updated_at)
    on public.subscription_tiers to stayzr_app, stayzr_platform;
grant update (current_version, updated_at) on public.subscription_tiers to stayzr_platform;

-- A refusal names the tiers that would allow it.
grant select (name, rank, current_version) on public.subscription_tiers to stayzr_lookup, stayzr_meter;
-- What is on offer, and what is more and what less.
grant select (name, rank, current_version) on public.subscription_tiers to stayzr_billing;

-- The record of a super admin's edit says from which version to which; both stay to be read. A hand at the database has
-- no hotel to file a record under.
create or replace trigger subscription_tiers_audit
    after update on public.subscription_tiers
    for each row
    when (current_user = 'stayzr_platform' and app.user_id() is not null)
    execute function app.audit_change();

-- Every hotel may see another offer: servers forget what they know of any.
create or replace trigger subscription_tiers_standing
    after update on public.subscription_tiers
    for each statement execute function app.notify_standing();
