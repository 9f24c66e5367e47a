create table public.idempotency_keys (
    organization_id integer not null references public.organizations (id),
    user_id uuid not null,
    operation text not null check (length(operation) <= 64),
    key text collate "C" not null check (length(key) between 1 and 255),
    request_hash bytea not null check (octet_length(request_hash) = 32),
    response jsonb not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, user_id, operation, key)
);

alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;

create index idempotency_keys_oldest on public.idempotency_keys (organization_id, created_at);

comment on table public.idempotency_keys is
    'Answers kept for a day, so that a repeated POST is answered and not repeated.';
