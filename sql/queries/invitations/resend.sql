-- Another token, which ends the one before. $1 id, $2 hash of the token, $3 seconds it is good for.
update invitations
set hash = $2, sent_at = now(), expires_at = now() + make_interval(secs => $3)
where id = $1 and accepted_at is null and revoked_at is null
returning
    id, email, role_ids, team_id, data_scope, is_org_admin, invited_by, created_at, updated_at, sent_at, expires_at,
    accepted_at, revoked_at, version, app.invitation_status(accepted_at, revoked_at, expires_at) as status
