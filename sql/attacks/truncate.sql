-- ATK013 truncate
-- What: every table there is, by truncate.
-- Why: truncate is not subject to row security: it empties the table of every hotel.
-- Expected: 42501 each, before it would wait for a lock; where the right is there, a lock is waited for no longer
--     than 20 milliseconds, and the table is as it was when the attempt is rolled back.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempts: each table
-- expect: refused 42501
select format(E'-- %s\nset local lock_timeout = 20; truncate %1$s cascade', c.oid::regclass)
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p')
\gexec

-- attempts: the right to
-- expect: zero rows
select format(E'-- %s, by its grant\nselect %1$L', c.oid::regclass)
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p')
    and has_table_privilege(c.oid, 'truncate')
\gexec
