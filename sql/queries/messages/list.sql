-- Newest first. $1 conversation, $2 limit, $3 and $4 the row to go on after (its time and id).
-- A message never changes, so it was last updated when it was created.
select id, conversation_id, sender_type, sender_user_id, content, created_at, created_at as updated_at
from messages
where conversation_id = $1
    and (created_at, id) < ($3, $4)
order by created_at desc, id desc
limit $2
