-- One's own that live, newest first. $1 limit, $2 and $3 the row to go on after (its time and id).
select id, user_agent, address, created_at, last_used_at, expires_at
from sessions
where user_id = app.user_id()
    and ended_at is null
    and expires_at > now()
    and (created_at, id) < ($2, $3)
order by created_at desc, id desc
limit $1
