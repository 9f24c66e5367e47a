-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id).
select
    id, built_in, name, description,
    case when built_in is null then permissions else app.built_in_permissions(built_in) end as permissions,
    created_at, updated_at, version
from roles
where (created_at, id) < ($2, $3)
order by created_at desc, id desc
limit $1
