select
    id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version,
    (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.name_folded), '[]')
        from user_roles h
        join roles r on r.organization_id = h.organization_id and r.id = h.role_id
        where h.organization_id = u.organization_id and h.user_id = u.id
    ) as roles,
    array(
        select m.team_id from team_members m
        where m.organization_id = u.organization_id and m.user_id = u.id
        order by m.team_id
    ) as team_ids
from users u
where id = $1 and status <> 'deleted'
