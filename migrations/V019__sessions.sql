create table public.sessions (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    user_id uuid not null,
    user_agent text check (length(user_agent) between 1 and 300),
    address text check (length(address) between 1 and 64),
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text check (
        end_reason in ('logout', 'ended', 'password_changed', 'password_reset', 'token_reused', 'user_disabled')
    ),
    primary key (organization_id, id),
    constraint sessions_end_mismatch check ((ended_at is null) = (end_reason is null)),
    constraint sessions_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id)
);

alter table public.sessions enable row level security;
alter table public.sessions force row level security;

create index sessions_by_user on public.sessions (organization_id, user_id, created_at desc, id desc);

comment on table public.sessions is 'Sign-ins. Access tokens name theirs and are good only while it lives.';

create table public.refresh_tokens (
    organization_id integer not null references public.organizations (id),
    hash bytea not null check (octet_length(hash) = 32),
    session_id uuid not null,
    user_id uuid not null,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    primary key (organization_id, hash),
    constraint refresh_tokens_session_unknown foreign key (organization_id, session_id)
        references public.sessions (organization_id, id),
    constraint refresh_tokens_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id)
);

alter table public.refresh_tokens enable row level security;
alter table public.refresh_tokens force row level security;

create index refresh_tokens_by_session on public.refresh_tokens (organization_id, session_id);
create index refresh_tokens_by_user on public.refresh_tokens (organization_id, user_id);

comment on table public.refresh_tokens is
    'Each good for one new access token. The used ones stay while the session does: one that comes again was stolen.';
comment on column public.refresh_tokens.hash is 'SHA-256 of the token, which has 256 random bits and needs no salt.';
