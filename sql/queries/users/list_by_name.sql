-- By name. $1 limit, $2 and $3 the last row seen (its folded name and id) or null, $4 status or null.
select id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version, full_name_folded
from users
where (full_name_folded, id) > (coalesce($2, ''), coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid))
    and ($4::text is null or status = $4)
order by full_name_folded, id
limit $1
