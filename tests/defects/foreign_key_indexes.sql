-- Defect: the index is dropped
-- At: messages_sender_unknown on public.messages
drop index public.messages_by_sender;

-- Defect: the index is led by another column
-- At: conversations_owner_unknown on public.conversations
drop index public.conversations_by_owner, public.conversations_by_owner_newest;
create index on public.conversations (owner_id, organization_id);
