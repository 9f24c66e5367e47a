create table public.users (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    email text not null check (length(email) between 3 and 254),
    -- Folded copies carry the prefix search: under row security only leakproof
    -- operators may use an index, and text comparison is, lower() is not.
    email_folded text collate "C" not null generated always as (lower(email)) stored,
    full_name text not null check (length(full_name) between 1 and 200),
    full_name_folded text collate "C" not null generated always as (lower(full_name)) stored,
    password_hash text,
    is_org_admin boolean not null default false,
    is_super_admin boolean not null default false,
    current_org_id integer references public.organizations (id),
    data_scope text not null default 'all' check (data_scope in ('own', 'team', 'department', 'all')),
    status text not null default 'active' check (status in ('active', 'disabled')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id)
);

alter table public.users enable row level security;
alter table public.users force row level security;

create unique index users_email_taken on public.users (organization_id, email_folded);
create index users_newest on public.users (organization_id, created_at desc, id desc);
create index users_by_name on public.users (organization_id, full_name_folded, id);

comment on table public.users is 'People who work at one hotel. The same address may exist in several hotels.';
