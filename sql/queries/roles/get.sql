select
    id, built_in, name, description,
    case when built_in is null then permissions else app.built_in_permissions(built_in) end as permissions,
    created_at, updated_at, version
from roles
where id = $1
