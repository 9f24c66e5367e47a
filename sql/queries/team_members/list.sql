-- Latest first. $1 team, $2 limit, $3 and $4 the row to go on after (its time and user).
select m.user_id, u.full_name, u.email, m.created_at
from team_members m
join users u on u.organization_id = m.organization_id and u.id = m.user_id
where m.team_id = $1 and (m.created_at, m.user_id) < ($3, $4)
order by m.created_at desc, m.user_id desc
limit $2
