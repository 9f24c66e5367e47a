-- ATK022 notifications
-- What: the channels by which servers tell each other what has changed are listened to and written to.
-- Why: channels belong to nobody: PostgreSQL has no right to them.
-- Expected: accepted. Nothing is sent: it is rolled back.
-- Severity: low
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempt: listening
-- accept: what is sent is a hotel's number or a star, and nothing else. It tells that a standing of some hotel has
--     changed, and hotels' numbers are in no answer of the API.
listen stayzr_standing;

-- attempt: a notification that is not true
-- accept: servers forget what they remember of the hotel named, and ask the database again. It costs a query and
--     changes nothing; one that never comes is not relied on for longer than a second.
select pg_notify('stayzr_standing', '*');

-- attempt: an alert that is not there
-- accept: the server asks the database for the alerts of the hotel named, under a seal, and finds none to mail.
select pg_notify('stayzr_alerts', '1');
