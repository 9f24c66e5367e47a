create table public.shares (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    guest_id uuid,
    conversation_id uuid,
    user_id uuid,
    team_id uuid,
    access text not null check (access in ('read', 'write')),
    expires_at timestamptz,
    -- Whoever shared it. No foreign key: a super admin on a visit is no user of the hotel.
    created_by uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    constraint shares_one_resource check (num_nonnulls(guest_id, conversation_id) = 1),
    constraint shares_one_grantee check (num_nonnulls(user_id, team_id) = 1),
    constraint shares_expiry_past check (expires_at > created_at),
    -- A share means nothing without either of its ends.
    constraint shares_guest_unknown foreign key (organization_id, guest_id)
        references public.guests (organization_id, id) on delete cascade,
    constraint shares_conversation_unknown foreign key (organization_id, conversation_id)
        references public.conversations (organization_id, id) on delete cascade,
    constraint shares_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id) on delete cascade,
    constraint shares_team_unknown foreign key (organization_id, team_id)
        references public.teams (organization_id, id) on delete cascade
);

alter table public.shares enable row level security;
alter table public.shares force row level security;

-- From a resource to whom it is shared with. Nulls are distinct, so each index holds its own kind of share apart.
create unique index shares_guest_user_taken on public.shares (organization_id, guest_id, user_id);
create unique index shares_guest_team_taken on public.shares (organization_id, guest_id, team_id);
create unique index shares_conversation_user_taken on public.shares (organization_id, conversation_id, user_id);
create unique index shares_conversation_team_taken on public.shares (organization_id, conversation_id, team_id);
-- And from whom to what.
create index shares_by_user on public.shares (organization_id, user_id);
create index shares_by_team on public.shares (organization_id, team_id);

comment on table public.shares is
    'A guest or a conversation shown to a user or a team beyond their data scope. Made and removed, never changed.';
