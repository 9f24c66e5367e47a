-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 status or null.
select
    id, email, role_ids, team_id, data_scope, is_org_admin, invited_by, created_at, updated_at, sent_at, expires_at,
    accepted_at, revoked_at, version, app.invitation_status(accepted_at, revoked_at, expires_at) as status
from invitations
where (created_at, id) < ($2, $3)
    and ($4::text is null or app.invitation_status(accepted_at, revoked_at, expires_at) = $4)
order by created_at desc, id desc
limit $1
