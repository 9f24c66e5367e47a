-- The super admins, newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 status or null,
-- $5 beginning of the name or address, or null. There are few, and an index of them alone.
select u.id, u.organization_id, o.slug, u.email, u.full_name, u.is_org_admin, u.is_super_admin, u.status, u.created_at
from users u
join organizations o on o.id = u.organization_id
where (u.created_at, u.id) < ($2, $3)
    and u.is_super_admin
    and u.status <> 'deleted'
    and ($4::text is null or u.status = $4)
    and (
        $5::text is null
        or u.full_name_folded between lower($5) and lower($5) || chr(1114111)
        or u.email_folded between lower($5) and lower($5) || chr(1114111)
    )
order by u.created_at desc, u.id desc
limit $1
