-- $1 organization, $2 grant, $3 super admin. Sealed by the server; see sql/functions/standing.sql.
select seconds_left, tenant_id, can_write, reason, plan
from app.grant_standing($1, $2, $3, $4)
