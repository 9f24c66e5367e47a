select id, name, address, time_zone, archived_at, created_at, updated_at, version
from properties
where id = $1
