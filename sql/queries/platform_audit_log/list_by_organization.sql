-- One hotel's, newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 from when, $5 until when,
-- $6 hotel, $7 actor or null, $8 action or null.
select a.organization_id, a.id, a.sequence, a.created_at, a.actor_user_id, a.actor_kind, a.api_key_id, a.grant_id,
    a.address, a.request_id, a.action, a.resource, a.resource_id, a.reason, a.outcome, a.changes,
    encode(a.hash, 'hex') as hash
from audit_log a
join organizations o on o.id = a.organization_id
where (a.created_at, a.id) < ($2, $3)
    -- Says once more what the line above says, to partitions.
    and a.created_at <= $2
    and a.created_at >= $4
    and a.created_at < $5
    and o.id = $6
    and ($7::uuid is null or a.actor_user_id = $7)
    and ($8::text is null or a.action = $8)
order by a.created_at desc, a.id desc
limit $1
