-- $1 address, $2 name, $3 password hash, $4 whether an administrator, $5 data scope or null,
-- $6 roles; null makes an agent of who is no administrator.
with made as (
    insert into users (email, full_name, password_hash, is_org_admin, data_scope)
    values ($1, $2, $3, $4, coalesce($5, 'all'))
    returning id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version
)
select
    made.*,
    app.set_roles(
        id,
        case
            when $6::uuid[] is not null or is_org_admin then $6::uuid[]
            else array(select r.id from roles r where r.built_in = 'agent')
        end
    ) as roles,
    '{}'::uuid[] as team_ids
from made
