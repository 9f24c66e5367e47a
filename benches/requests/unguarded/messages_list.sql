-- As sql/queries/messages/list.sql; $5 organization.
select id, conversation_id, sender_type, sender_user_id, content, created_at, created_at as updated_at
from messages
where organization_id = $5 and conversation_id = $1
    and (created_at, id) < ($3, $4)
order by created_at desc, id desc
limit $2
