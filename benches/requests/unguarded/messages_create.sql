-- As sql/queries/messages/create.sql; $4 organization, $5 user.
with conversation as (
    update conversations
    set last_message_at = clock_timestamp(), activity_at = clock_timestamp()
    where organization_id = $4 and id = $1 and status <> 'archived'
    returning id
)
insert into messages (organization_id, id, conversation_id, sender_type, sender_user_id, content)
select $4, app.uuid_v7(), conversation.id, $2, case when $2 = 'staff' then $5::uuid end, $3
from conversation
returning id, conversation_id, sender_type, sender_user_id, content, created_at, created_at as updated_at
