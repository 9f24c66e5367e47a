select id, name, created_at, updated_at, version
from departments
where id = $1
