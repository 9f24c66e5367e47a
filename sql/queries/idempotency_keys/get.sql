-- $1 operation, $2 key. The policy leaves only the user's own.
select request_hash, response
from idempotency_keys
where operation = $1 and key = $2 and created_at > now() - interval '24 hours'
