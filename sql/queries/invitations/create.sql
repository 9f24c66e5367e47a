-- $1 id, $2 e-mail address, $3 roles, $4 team or null, $5 data scope, $6 whether an administrator, $7 hash of the
-- token, $8 seconds it is good for.
insert into invitations (id, email, role_ids, team_id, data_scope, is_org_admin, hash, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
returning
    id, email, role_ids, team_id, data_scope, is_org_admin, invited_by, created_at, updated_at, sent_at, expires_at,
    accepted_at, revoked_at, version, app.invitation_status(accepted_at, revoked_at, expires_at) as status
