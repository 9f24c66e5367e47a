select id, department_id, name, created_at, updated_at, version
from teams
where id = $1
