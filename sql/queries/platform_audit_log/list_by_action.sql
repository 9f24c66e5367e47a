-- One action at every hotel, newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 from when,
-- $5 until when, $6 action.
select a.organization_id, a.id, a.sequence, a.created_at, a.actor_user_id, a.actor_kind, a.api_key_id, a.grant_id,
    a.address, a.request_id, a.action, a.resource, a.resource_id, a.reason, a.outcome, a.changes,
    encode(a.hash, 'hex') as hash
from audit_log a
where (a.created_at, a.id) < ($2, $3)
    -- Says once more what the line above says, to partitions.
    and a.created_at <= $2
    and a.created_at >= $4
    and a.created_at < $5
    and a.action = $6
order by a.created_at desc, a.id desc
limit $1
