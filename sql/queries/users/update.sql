-- $1 id, $2 expected version or null, then what to change, null for what stays. $8 roles:
-- a list replaces the list.
with changed as (
    update users
    set
        email = coalesce($3, email),
        full_name = coalesce($4, full_name),
        is_org_admin = coalesce($5, is_org_admin),
        data_scope = coalesce($6, data_scope),
        status = coalesce($7, status)
    where id = $1 and status <> 'deleted' and ($2::integer is null or version = $2)
    returning id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version
)
select
    changed.*,
    app.set_roles(id, $8) as roles,
    array(select m.team_id from team_members m where m.user_id = changed.id order by m.team_id) as team_ids
from changed
