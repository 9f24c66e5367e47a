-- As sql/queries/guests/get.sql; $2 organization.
select id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version
from guests
where organization_id = $2 and id = $1
