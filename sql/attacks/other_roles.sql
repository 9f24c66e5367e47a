-- ATK003 becoming another role
-- What: every role there is, by set role and set session authorization; membership of each, attributes of one's own
--     and a password for another, by grant and alter role.
-- Why: a session that can become the owner, or a role that bypasses row security, has no fence.
-- Expected: 42501 each. What PostgreSQL lets every role do to itself is accepted, and said below.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempts: set role
-- expect: refused 42501
select format(E'-- set role %s\nset local role %1$I', rolname)
from pg_roles where rolname <> current_user order by 1 limit 100
\gexec

-- attempts: set session authorization
-- expect: refused 42501
select format(E'-- set session authorization %s\nset local session authorization %1$I', rolname)
from pg_roles where rolname <> current_user order by 1 limit 100
\gexec

-- attempts: membership, but for the role that no one can be made a member of, which is an internal error from 16 on
-- expect: refused 42501
select format(E'-- grants itself %s\ngrant %1$I to %2$I', rolname, current_user)
from pg_roles where rolname not in (current_user, 'pg_database_owner') order by 1 limit 100
\gexec

-- attempts: attributes of its own
-- expect: refused 42501
select format(E'-- makes itself %s\nalter role %I %1$s', attribute, current_user)
from unnest(array['superuser', 'bypassrls', 'createrole', 'createdb', 'replication']) as attribute
\gexec

-- attempts: a password for another
-- expect: refused 42501
select format(E'-- gives %s a password\nalter role %1$I password ''known''', rolname)
from pg_roles where rolname <> current_user and rolname ~ '^stayzr' order by 1
\gexec

-- attempt: a role of its own
-- expect: refused 42501
create role attack_mine login;

-- attempt: the passwords of all
-- expect: refused 42501
select rolname, rolpassword from pg_authid;

-- attempts: a password and settings for itself
-- accept: PostgreSQL lets every role change its own password and the settings it starts with, and has no way to forbid
--     it. It opens no hotel: row security, seals and grants do not depend on either. It is an outage for who notices
--     that the service cannot log in, or starts with settings that `stayzr migrate --check` does not expect.
select format(E'-- changes its own password\nalter role %I password ''known''', current_user)
union all
select format(E'-- lifts its own timeouts for sessions to come\nalter role %I set statement_timeout = 0', current_user)
\gexec
