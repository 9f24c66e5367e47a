-- Newest first. $1 conversation, $2 limit, $3 and $4 the row to go on after (its time and id). Who manages shares sees those
-- of the whole hotel; here they are told of a conversation in sight only.
select id, guest_id, conversation_id, user_id, team_id, access, expires_at, created_by, created_at
from shares
where conversation_id = $1
    and (created_at, id) < ($3, $4)
    and exists (select from conversations where id = $1)
order by created_at desc, id desc
limit $2
