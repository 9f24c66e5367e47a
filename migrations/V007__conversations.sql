create table public.conversations (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    guest_id uuid not null,
    channel text not null check (channel in ('whatsapp', 'sms', 'email')),
    status text not null default 'open' check (status in ('open', 'pending', 'closed', 'archived')),
    subject text check (length(subject) between 1 and 200),
    owner_id uuid,
    -- Points at a team once teams exist; until then nobody may write it.
    team_id uuid,
    last_message_at timestamptz,
    -- What lists are sorted by: the last message, or the beginning where there is none yet.
    activity_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id),
    constraint conversations_guest_unknown foreign key (organization_id, guest_id)
        references public.guests (organization_id, id),
    constraint conversations_owner_unknown foreign key (organization_id, owner_id)
        references public.users (organization_id, id)
);

alter table public.conversations enable row level security;
alter table public.conversations force row level security;

create index conversations_recent on public.conversations (organization_id, activity_at desc, id desc);
create index conversations_newest on public.conversations (organization_id, created_at desc, id desc);
create index conversations_by_guest on public.conversations (organization_id, guest_id, activity_at desc, id desc);
create index conversations_by_owner on public.conversations (organization_id, owner_id, activity_at desc, id desc);
create index conversations_by_status on public.conversations (organization_id, status, activity_at desc, id desc);

comment on table public.conversations is 'A thread with one guest on one channel.';
