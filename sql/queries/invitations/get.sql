select
    id, email, role_ids, team_id, data_scope, is_org_admin, invited_by, created_at, updated_at, sent_at, expires_at,
    accepted_at, revoked_at, version, app.invitation_status(accepted_at, revoked_at, expires_at) as status
from invitations
where id = $1
