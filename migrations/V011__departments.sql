create table public.departments (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    name text not null check (length(name) between 1 and 100),
    name_folded text collate "C" not null generated always as (lower(name)) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id)
);

alter table public.departments enable row level security;
alter table public.departments force row level security;

create unique index departments_name_taken on public.departments (organization_id, name_folded);
create index departments_newest on public.departments (organization_id, created_at desc, id desc);

comment on table public.departments is 'Parts of a hotel that teams belong to: front office, housekeeping.';
