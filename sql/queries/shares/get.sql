-- $1 share, $2 the guest or the conversation, which must be in sight.
select id, guest_id, conversation_id, user_id, team_id, access, expires_at, created_by, created_at
from shares
where id = $1
    and $2 in (guest_id, conversation_id)
    and exists (select from guests where id = $2 union all select from conversations where id = $2)
