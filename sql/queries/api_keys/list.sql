-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 whether revoked and expired ones show.
select id, name, prefix, permissions, data_scope, created_by, created_at, expires_at, last_used_at, revoked_at
from api_keys
where (created_at, id) < ($2, $3)
    and ($4::boolean or (revoked_at is null and (expires_at is null or expires_at > now())))
order by created_at desc, id desc
limit $1
