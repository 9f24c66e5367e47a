-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 department or null.
select id, department_id, name, created_at, updated_at, version
from teams
where (created_at, id) < ($2, $3)
    and ($4::uuid is null or department_id = $4)
order by created_at desc, id desc
limit $1
