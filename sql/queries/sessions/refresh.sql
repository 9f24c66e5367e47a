-- $1 hash of the refresh token, $2 hash of the next one. See sql/functions/sessions.sql.
select outcome, session_id, tenant_id
from app.refresh_session($1, $2)
