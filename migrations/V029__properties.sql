create table public.properties (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    name text not null check (length(name) between 1 and 200),
    name_folded text collate "C" not null generated always as (lower(name)) stored,
    address text check (length(address) between 1 and 500),
    -- Null: that of the hotel.
    time_zone text check (length(time_zone) between 1 and 64),
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id)
);

alter table public.properties enable row level security;
alter table public.properties force row level security;

-- The name of an archived one is free again.
create unique index properties_name_taken on public.properties (organization_id, name_folded) where archived_at is null;
create index properties_newest on public.properties (organization_id, created_at desc, id desc);

comment on table public.properties is 'The houses of a hotel: one, or several where the plan allows.';
