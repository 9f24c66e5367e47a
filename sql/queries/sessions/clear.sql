-- All of one's own that live, but one. $1 the session that stays or null, $2 why.
update sessions
set ended_at = now(), end_reason = $2
where user_id = app.user_id() and ended_at is null and id is distinct from $1
returning id
