-- $1 organization, $2 user, $3 session. Sealed by the server; see sql/functions/standing.sql.
select
    seconds_left, tenant_id, organization_active, user_status, is_org_admin, is_super_admin, permissions, data_scope,
    own_team_ids, department_team_ids, plan
from app.session_standing($1, $2, $3, $4)
