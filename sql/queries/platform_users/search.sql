-- Of every hotel, newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 status or null,
-- $5 whether super admins, or null, $6 beginning of the name or address.
--
-- What begins so is looked up first, each way by its index: left to itself, a plan for any beginning walks all users
-- from the newest on, which for a rare beginning is all of them.
with found as materialized (
    select id, organization_id, email, full_name, is_org_admin, is_super_admin, status, created_at
    from users
    where full_name_folded between lower($6) and lower($6) || chr(1114111)
    union
    select id, organization_id, email, full_name, is_org_admin, is_super_admin, status, created_at
    from users
    where email_folded between lower($6) and lower($6) || chr(1114111)
)
select u.id, u.organization_id, o.slug, u.email, u.full_name, u.is_org_admin, u.is_super_admin, u.status, u.created_at
from found u
join organizations o on o.id = u.organization_id
where (u.created_at, u.id) < ($2, $3)
    and u.status <> 'deleted'
    and ($4::text is null or u.status = $4)
    and ($5::boolean is null or u.is_super_admin = $5)
order by u.created_at desc, u.id desc
limit $1
