create table public.messages (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    conversation_id uuid not null,
    sender_type text not null check (sender_type in ('guest', 'staff', 'ai')),
    sender_user_id uuid,
    content text not null check (length(content) between 1 and 10000),
    -- The clock, not the start of the transaction: a message is stamped after its
    -- conversation's row is locked, so stamps follow the order of arrival.
    created_at timestamptz not null default clock_timestamp(),
    primary key (organization_id, id),
    constraint messages_sender_mismatch check ((sender_type = 'staff') = (sender_user_id is not null)),
    constraint messages_conversation_unknown foreign key (organization_id, conversation_id)
        references public.conversations (organization_id, id),
    constraint messages_sender_unknown foreign key (organization_id, sender_user_id)
        references public.users (organization_id, id)
);

alter table public.messages enable row level security;
alter table public.messages force row level security;

create index messages_newest on public.messages (organization_id, conversation_id, created_at desc, id desc);
create index messages_by_sender on public.messages (organization_id, sender_user_id);

comment on table public.messages is 'What was said. Written once, never changed.';
