-- ATK014 copy
-- What: every table is copied out whole, copied into, and copied to and from files and programs of the server.
-- Why: copy is a second way to read and write, and with files and programs a way out of the database.
-- Expected: out, own rows only; in, 0A000, which PostgreSQL says of every table under row security, or 42501.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: out
-- expect: own rows
select format(
    E'-- copies %s out\ncopy (select %s from %1$s) to stdout', c.oid::regclass,
    (select string_agg(format('%I', a.attname), ', ') from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege(c.oid, a.attnum, 'select'))
)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and (t.attname = 'organization_id' or c.relname = 'organizations')
    )
    and has_any_column_privilege(c.oid, 'select')
\gexec

-- attempts: out, by name
-- expect: own rows
select format(
    E'-- copies %s out by its name\ncopy %1$s (%s) to stdout', c.oid::regclass,
    (select string_agg(format('%I', a.attname), ', ') from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege(c.oid, a.attnum, 'select')
            and a.attgenerated = '')
)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and (t.attname = 'organization_id' or c.relname = 'organizations')
    )
    and has_any_column_privilege(c.oid, 'select')
\gexec

-- attempts: in
-- expect: refused 0A000 42501
select format(E'-- copies into %s\ncopy %1$s from stdin', c.oid::regclass)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and (t.attname = 'organization_id' or c.relname = 'organizations')
    )
\gexec

-- attempts: in, by columns
-- expect: refused 0A000
select format(
    E'-- copies into %s\ncopy %1$s (%s) from stdin', c.oid::regclass,
    (select string_agg(format('%I', a.attname), ', ') from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege(c.oid, a.attnum, 'insert'))
)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and (t.attname = 'organization_id' or c.relname = 'organizations')
    )
    and has_any_column_privilege(c.oid, 'insert')
\gexec
