-- $1 id, $2 name, $3 how the key begins, $4 its hash, $5 permissions, $6 data scope, $7 expiry or null.
insert into api_keys (id, name, prefix, hash, permissions, data_scope, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
returning id, name, prefix, permissions, data_scope, created_by, created_at, expires_at, last_used_at, revoked_at
