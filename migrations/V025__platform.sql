-- What super admins do with hotels, and look for across them.

alter table public.organizations
    -- A folded copy carries the prefix search, as with users.
    add column name_folded text collate "C" not null generated always as (lower(name)) stored,
    -- What a suspended hotel's subscription comes back to.
    add column suspended_from text
        check (suspended_from in ('trialing', 'active', 'past_due', 'suspended', 'cancelled')),
    add column delete_at timestamptz;

comment on column public.organizations.delete_at is
    'From when on the hotel may be deleted: a schedule, which an operator carries out. Nothing deletes by itself.';

-- There are as many hotels as customers, so a list that sifts or sorts them all is cheap: these are for the first page.
create index organizations_newest on public.organizations (created_at desc, tenant_id desc);
create index organizations_by_name on public.organizations (name_folded, tenant_id);

-- Across hotels, so not led by organization_id: only stayzr_platform, which bypasses row security, has a use for these.
create index users_across_newest on public.users (created_at desc, id desc);
create index users_across_email on public.users (email_folded);
create index users_across_name on public.users (full_name_folded);
create index users_super_admins on public.users (created_at desc, id desc) where is_super_admin;
create index audit_log_across_newest on public.audit_log (created_at desc, id desc);
create index audit_log_across_actor on public.audit_log (actor_user_id, created_at desc, id desc);
create index audit_log_across_action on public.audit_log (action, created_at desc, id desc);
