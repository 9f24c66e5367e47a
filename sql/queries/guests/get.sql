select id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version
from guests
where id = $1
