-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 whether those that are over show.
select id, organization_id, super_admin_id, reason, can_write, created_at, expires_at, ended_at
from platform_grants
where (created_at, id) < ($2, $3)
    and ($4::boolean or (ended_at is null and expires_at > now()))
order by created_at desc, id desc
limit $1
