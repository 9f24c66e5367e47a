-- By name. $1 limit, $2 and $3 the row to go on after (its folded name and id), $4 status or null,
-- $5 beginning of the name or address.
select id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version, full_name_folded
from users
where (full_name_folded, id) > ($2, $3)
    and ($4::text is null or status = $4)
    and (
        full_name_folded between lower($5) and lower($5) || chr(1114111)
        or email_folded between lower($5) and lower($5) || chr(1114111)
    )
order by full_name_folded, id
limit $1
