-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 whether archived ones show.
select id, name, address, time_zone, archived_at, created_at, updated_at, version
from properties
where (created_at, id) < ($2, $3)
    and case when $4::boolean then true else archived_at is null end
order by created_at desc, id desc
limit $1
