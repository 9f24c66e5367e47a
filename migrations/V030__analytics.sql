-- The messages of a hotel by the day, whatever their conversations: with what is counted by in
-- the index, the table is not read.
create index messages_by_time on public.messages (organization_id, created_at) include (conversation_id, sender_type);
