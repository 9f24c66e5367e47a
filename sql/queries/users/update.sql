-- $1 id, $2 expected version or null, then what to change, null for what stays.
update users
set
    email = coalesce($3, email),
    full_name = coalesce($4, full_name),
    is_org_admin = coalesce($5, is_org_admin),
    status = coalesce($6, status)
where id = $1 and ($2::integer is null or version = $2)
returning id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version
