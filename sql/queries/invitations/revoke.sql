-- $1 id, $2 expected version or null. Revoked twice is revoked once.
update invitations
set revoked_at = coalesce(revoked_at, now())
where id = $1 and accepted_at is null and ($2::integer is null or version = $2)
returning id
