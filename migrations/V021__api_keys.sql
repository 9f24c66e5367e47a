create table public.api_keys (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    name text not null check (length(name) between 1 and 100),
    prefix text not null check (length(prefix) = 12),
    hash bytea not null check (octet_length(hash) = 32),
    permissions text[] not null check (cardinality(permissions) between 1 and 100),
    data_scope text not null default 'all' check (data_scope in ('own', 'team', 'department', 'all')),
    created_by uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (organization_id, id),
    constraint api_keys_creator_unknown foreign key (organization_id, created_by)
        references public.users (organization_id, id)
);

alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;

create index api_keys_newest on public.api_keys (organization_id, created_at desc, id desc);
create index api_keys_by_creator on public.api_keys (organization_id, created_by);

comment on table public.api_keys is 'Keys for programs of a hotel. Only the hash of a key is kept, and how it begins.';
comment on column public.api_keys.hash is 'SHA-256 of the key, which has 256 random bits and needs no salt.';
