-- Answers are kept for a day; the policy leaves only the user's own.
delete from idempotency_keys
where created_at <= now() - interval '24 hours'
