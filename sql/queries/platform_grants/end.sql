-- $1 id. Ended twice is ended once, and what is over by itself stays so.
update platform_grants
set ended_at = coalesce(ended_at, now())
where id = $1
returning id
