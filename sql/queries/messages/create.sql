-- $1 conversation, $2 sender type, $3 content. The conversation is updated first: that
-- locks it, so that its messages are stamped one after the other. No row when the
-- conversation is absent or archived. Staff sign with the user of the sealed context.
-- A message never changes, so it was last updated when it was created.
with conversation as (
    update conversations
    set last_message_at = clock_timestamp(), activity_at = clock_timestamp()
    where id = $1 and status <> 'archived'
    returning id
)
insert into messages (conversation_id, sender_type, sender_user_id, content)
select conversation.id, $2, case when $2 = 'staff' then app.user_id() end, $3
from conversation
returning id, conversation_id, sender_type, sender_user_id, content, created_at, created_at as updated_at
