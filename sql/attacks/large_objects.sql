-- ATK016 large objects
-- What: every function of large objects that may be executed.
-- Why: large objects have no row security: what one hotel's session puts there, another's reads.
-- Expected: none may be. Managed servers do not let their administrators revoke these: there it is a finding, and low
--     as long as nothing of the service writes any.
-- Severity: low
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempt: one that is made
-- expect: refused 42501
select lo_create(0);

-- attempt: one that is made with something in it
-- expect: refused 42501
select lo_from_bytea(0, 'x');

-- attempt: one that is read
-- expect: refused 42501
select lo_get(1);

-- attempt: one that is opened
-- expect: refused 42501
select lo_open(1, 262144);

-- attempt: one that is written
-- expect: refused 42501
select lo_put(1, 0, 'x');

-- attempt: one that is removed
-- expect: refused 42501
select lo_unlink(1);

-- attempt: all of them
-- expect: refused 42501
select loid, data from pg_largeobject;
