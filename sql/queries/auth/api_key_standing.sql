-- $1 organization, $2 key. Sealed by the server; see sql/functions/standing.sql.
select
    hash, user_id, seconds_left, key_permissions, key_data_scope, tenant_id, organization_active, user_status,
    is_org_admin, is_super_admin, permissions, data_scope, own_team_ids, department_team_ids, plan
from app.api_key_standing($1, $2, $3)
