-- What one user did, newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 from when, $5 until when,
-- $6 actor, $7 action or null, $8 resource or null, $9 id of the resource or null, $10 outcome or null.
select id, sequence, created_at, actor_user_id, actor_kind, api_key_id, grant_id, address, request_id, action, resource,
    resource_id, reason, outcome, changes, encode(hash, 'hex') as hash
from audit_log
where (created_at, id) < ($2, $3)
    -- Says once more what the line above says, to partitions.
    and created_at <= $2
    and created_at >= $4
    and created_at < $5
    and actor_user_id = $6
    and ($7::text is null or action = $7)
    and ($8::text is null or resource = $8)
    and ($9::text is null or resource_id = $9)
    and ($10::text is null or outcome = $10)
order by created_at desc, id desc
limit $1
