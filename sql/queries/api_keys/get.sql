select id, name, prefix, permissions, data_scope, created_by, created_at, expires_at, last_used_at, revoked_at
from api_keys
where id = $1
