-- The tenant root. Its own id is the tenant column of every other table.

create table public.organizations (
    id integer generated always as identity primary key,
    tenant_id uuid not null default gen_random_uuid(),
    slug text not null check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null check (length(name) between 1 and 200),
    subscription_tier text not null default 'starter',
    subscription_status text not null default 'trialing'
        check (subscription_status in ('trialing', 'active', 'past_due', 'suspended', 'cancelled')),
    is_active boolean not null default true,
    settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    -- Patches merge, so only the table sees how large the whole becomes.
    constraint organizations_settings_large check (length(settings::text) <= 65536),
    constraint organizations_slug_taken unique (slug),
    constraint organizations_tenant_taken unique (tenant_id),
    constraint organizations_tier_unknown foreign key (subscription_tier) references public.subscription_tiers (name)
);

alter table public.organizations enable row level security;
alter table public.organizations force row level security;

comment on table public.organizations is 'The hotels, and the platform itself. One row is one tenant.';
