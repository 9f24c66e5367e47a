-- $1 int, $2 uuid: after that row. $3 bigint: the row so many further on, of what messages were before.
select m.organization_id, m.id
from app.messages_before m
where (m.organization_id, m.id) > ($1, $2)
order by m.organization_id, m.id
offset $3::bigint - 1
limit 1
