create table public.attachments (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    message_id uuid not null,
    file_name text not null check (length(file_name) between 1 and 255),
    media_type text not null check (media_type ~ '^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$'),
    size_bytes bigint not null check (size_bytes > 0),
    sha256 bytea not null check (octet_length(sha256) = 32),
    created_at timestamptz not null default now(),
    primary key (organization_id, id),
    constraint attachments_message_unknown foreign key (organization_id, message_id)
        references public.messages (organization_id, id)
);

alter table public.attachments enable row level security;
alter table public.attachments force row level security;

create index attachments_by_message on public.attachments (organization_id, message_id, created_at, id);

comment on table public.attachments is
    'Files that came with messages: what they are and how large. The bytes are kept elsewhere.';
