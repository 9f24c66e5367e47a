-- ATK026 secrets
-- What: hashes of passwords, keys and invitations, and the keys that seal, by every role that logs in.
-- Why: a secret that one role may read is everybody's who holds its password.
-- Expected: 42501 each.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempts: columns that are secret
-- expect: refused 42501
select format(E'-- %s.%I\nselect %2$I from %1$s where false', c.oid::regclass, a.attname)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where (c.relname, a.attname::text) in (
        ('users', 'password_hash'), ('api_keys', 'hash'), ('invitations', 'hash'), ('seal_keys', 'inner_pad'),
        ('seal_keys', 'outer_pad'), ('seal_keys', 'id')
    )
\gexec

-- attempts: writing where nobody writes
-- expect: refused 42501
select format(E'-- %s %s\n%s', verb, c.oid::regclass, format(statement, c.oid::regclass))
from pg_class c
cross join (
    values ('inserts into', 'insert into %s default values'), ('deletes from', 'delete from %s where false')
) as attempt (verb, statement)
where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
\gexec
