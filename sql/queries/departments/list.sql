-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id).
select id, name, created_at, updated_at, version
from departments
where (created_at, id) < ($2, $3)
order by created_at desc, id desc
limit $1
