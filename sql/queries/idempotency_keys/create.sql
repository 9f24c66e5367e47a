-- $1 operation, $2 key, $3 hash of the request, $4 the answer.
insert into idempotency_keys (operation, key, request_hash, response)
values ($1, $2, $3, $4)
