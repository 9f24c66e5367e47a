-- The user an accepted invitation makes, with all it offered. $1 invitation, $2 id of the user, $3 name, $4 hash of the
-- password.
with member as (
    insert into users (id, email, full_name, password_hash, is_org_admin, data_scope)
    select $2, email, $3, $4, is_org_admin, data_scope
    from invitations
    where id = $1
    returning id
),
given as (
    insert into user_roles (user_id, role_id)
    select distinct m.id, offered.role_id
    from member m
    cross join invitations i
    cross join unnest(i.role_ids) as offered (role_id)
    where i.id = $1
),
joined as (
    insert into team_members (team_id, user_id)
    select i.team_id, m.id
    from member m
    cross join invitations i
    where i.id = $1 and i.team_id is not null
)
select id
from member
