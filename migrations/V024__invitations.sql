create table public.invitations (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    email text not null check (length(email) between 3 and 254),
    email_folded text collate "C" not null generated always as (lower(email)) stored,
    -- What is offered: no foreign keys, because an offer nobody took, or took long ago, keeps nobody from deleting a
    -- role or a team. sql/functions/invitations.sql looks whether they are there when it is made and when it is taken.
    role_ids uuid[] not null default '{}' check (cardinality(role_ids) <= 20),
    team_id uuid,
    data_scope text not null default 'all' check (data_scope in ('own', 'team', 'department', 'all')),
    is_org_admin boolean not null default false,
    hash bytea not null check (octet_length(hash) = 32),
    invited_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    sent_at timestamptz not null default now(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    version integer not null default 1,
    primary key (organization_id, id),
    constraint invitations_end_once check (accepted_at is null or revoked_at is null),
    constraint invitations_inviter_unknown foreign key (organization_id, invited_by)
        references public.users (organization_id, id)
);

alter table public.invitations enable row level security;
alter table public.invitations force row level security;

create unique index invitation_open on public.invitations (organization_id, email_folded)
    where accepted_at is null and revoked_at is null;
create index invitations_newest on public.invitations (organization_id, created_at desc, id desc);
create index invitations_by_inviter on public.invitations (organization_id, invited_by);

comment on table public.invitations is 'Who was asked to work at a hotel, and as what.';
comment on column public.invitations.invited_by is 'Who answers for what is offered. Null: the platform, for the first administrator of a hotel.';
comment on column public.invitations.hash is 'SHA-256 of the token, which has 256 random bits and needs no salt.';
