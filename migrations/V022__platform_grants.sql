create table public.platform_grants (
    -- The hotel that is visited.
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    -- Who visits: a member of the platform's own organization.
    super_admin_organization_id integer not null,
    super_admin_id uuid not null,
    reason text not null check (length(reason) between 3 and 500),
    can_write boolean not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id),
    constraint platform_grants_long check (expires_at <= created_at + interval '8 hours'),
    constraint platform_grants_super_admin_unknown foreign key (super_admin_organization_id, super_admin_id)
        references public.users (organization_id, id)
);

alter table public.platform_grants enable row level security;
alter table public.platform_grants force row level security;

create index platform_grants_by_super_admin
    on public.platform_grants (super_admin_organization_id, super_admin_id, created_at desc, id desc);

comment on table public.platform_grants is
    'Visits of super admins to hotels: who, why, how long, and whether they may write.';
