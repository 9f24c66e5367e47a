insert into users (email, full_name, password_hash, is_org_admin)
values ($1, $2, $3, $4)
returning id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version
