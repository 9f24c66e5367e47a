create table public.guests (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    email text check (length(email) between 3 and 254),
    email_folded text collate "C" generated always as (lower(email)) stored,
    phone text collate "C" check (phone ~ '^\+[1-9][0-9]{6,14}$'),
    full_name text not null check (length(full_name) between 1 and 200),
    full_name_folded text collate "C" not null generated always as (lower(full_name)) stored,
    language text not null default 'en' check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    notes text check (length(notes) <= 10000),
    preferences jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id),
    -- Patches merge, so only the table sees how large the whole becomes.
    constraint guests_preferences_large check (length(preferences::text) <= 65536),
    constraint guests_contact_missing check (email is not null or phone is not null)
);

alter table public.guests enable row level security;
alter table public.guests force row level security;

-- An archived guest gives the address back: it may register again.
create unique index guests_email_taken on public.guests (organization_id, email_folded) where archived_at is null;
create unique index guests_phone_taken on public.guests (organization_id, phone) where archived_at is null;
create index guests_newest on public.guests (organization_id, created_at desc, id desc);
create index guests_by_name on public.guests (organization_id, full_name_folded, id);
create index guests_by_email on public.guests (organization_id, email_folded);
create index guests_by_phone on public.guests (organization_id, phone);

comment on table public.guests is 'The people a hotel talks to.';
