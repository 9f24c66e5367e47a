-- $1 a number made from organization, user, operation and key. False while another
-- transaction holds it: the first request is still running.
select pg_try_advisory_xact_lock($1) as claimed
