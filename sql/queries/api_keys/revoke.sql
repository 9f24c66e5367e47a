-- $1 id. Revoked twice is revoked once.
update api_keys
set revoked_at = now()
where id = $1
returning id
