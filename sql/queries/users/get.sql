select id, email, full_name, is_org_admin, is_super_admin, data_scope, status, created_at, updated_at, version
from users
where id = $1
