-- One of one's own. $1 session, $2 why. Ended twice is ended once.
update sessions
set ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, $2)
where id = $1 and user_id = app.user_id()
returning id
