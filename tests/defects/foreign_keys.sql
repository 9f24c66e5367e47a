-- Defect: a key by the bare id
-- At: messages_conversation_id_fkey on public.messages
-- Also: RLS011 messages_conversation_id_fkey on public.messages
-- Also: RLS012 public.conversations_bare
create unique index conversations_bare on public.conversations (id);
alter table public.messages add foreign key (conversation_id) references public.conversations (id);

-- Defect: a key whose cascade reaches other hotels
-- At: messages_conversation_id_fkey on public.messages
-- Also: RLS011 messages_conversation_id_fkey on public.messages
-- Also: RLS012 public.conversations_bare
create unique index conversations_bare on public.conversations (id);
alter table public.messages
    add foreign key (conversation_id) references public.conversations (id) on delete cascade;

-- Defect: a second way to a hotel
-- At: guests_referred_by_fkey on public.guests
-- Also: RLS011 guests_referred_by_fkey on public.guests
alter table public.guests add column referred_by integer references public.organizations (id);
