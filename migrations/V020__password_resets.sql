create table public.password_resets (
    organization_id integer not null references public.organizations (id),
    hash bytea not null check (octet_length(hash) = 32),
    user_id uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (organization_id, hash),
    constraint password_resets_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id)
);

alter table public.password_resets enable row level security;
alter table public.password_resets force row level security;

create index password_resets_by_user on public.password_resets (organization_id, user_id);

comment on table public.password_resets is 'One-time tokens that set a new password. Only their hashes are kept.';
