-- $1 organization, $2 invitation. Sealed by the server; see sql/functions/invitations.sql.
select
    hash, version, invited_by, seconds_left, tenant_id, organization_active, user_status, is_org_admin, is_super_admin,
    permissions, data_scope, own_team_ids, department_team_ids, plan
from app.invitation_lookup($1, $2, $3)
