-- $1 id, $2 the version whose token was shown: sent again meanwhile, or accepted, it has another.
update invitations
set accepted_at = now()
where id = $1 and version = $2 and accepted_at is null and revoked_at is null and expires_at > now()
returning id
