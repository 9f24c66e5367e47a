-- ATK021 advisory locks of another hotel
-- What: the locks by which a hotel's usage is counted (sql/functions/usage_take.sql) are taken for the rival.
-- Why: advisory locks belong to nobody: PostgreSQL has no right to them. Who holds the rival's delays its writes.
-- Expected: accepted.
-- Severity: low
-- Role: stayzr_app
-- In: one of two hotels

-- attempt: the lock to settle the rival's messages
-- accept: whoever holds the password of stayzr_app can take the locks of another hotel's counters and make its writes
--     wait, until lock_timeout answers them with an error. It reads and changes nothing of the hotel's. Requests
--     take these locks in the functions that count only, and for their own hotel.
select pg_try_advisory_xact_lock(:rival::bigint << 16 | ascii('messages') << 8 | 255);

-- attempt: the lock to count the rival's guests
-- accept: as the lock to settle.
select pg_try_advisory_xact_lock(:rival::bigint << 16 | ascii('guests') << 8 | 254);

-- attempt: whether anybody holds the rival's
-- accept: pg_locks shows every role which locks are held. It tells that a hotel of that number is counting just now,
--     and not what. Hotels' numbers are in no answer of the API.
select count(*) from pg_locks where locktype = 'advisory' and classid = (:rival::bigint >> 16)::oid;

-- attempt: the function that says which lock it is
-- expect: refused 42501
select app.usage_lock(:rival, 'messages', 'settling');
