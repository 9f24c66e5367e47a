-- ATK008 partitions and sequences
-- What: every partition and inheritance child, and every sequence, is read and written by its own name.
-- Why: policies of a partitioned table do not hold for who names a partition, and a sequence that all hotels share
--     tells one how much the others do.
-- Expected: 42501 each. A sequence that may be used is moved for good: `nextval` does not roll back.
-- Severity: high
-- Role: stayzr_app, stayzr_auditor
-- In: a session of its own

-- attempts: partitions
-- expect: refused 42501
select format(E'-- %s %s\n%s', verb, c.oid::regclass, format(statement, c.oid::regclass))
from pg_inherits i
join pg_class c on c.oid = i.inhrelid and c.relkind in ('r', 'p', 'f')
cross join (
    values
        ('reads', 'select * from %s limit 1'), ('writes', 'insert into %s default values'),
        ('changes', 'delete from %s where false'), ('empties', 'set local lock_timeout = 20; truncate %s')
) as attempt (verb, statement)
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
\gexec

-- attempts: columns of partitions
-- expect: refused 42501
select format(E'-- reads %s.%I\nselect %2$I from %1$s limit 1', c.oid::regclass, a.attname)
from pg_inherits i
join pg_class c on c.oid = i.inhrelid and c.relkind in ('r', 'p', 'f')
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
    and c.oid = (select min(other.inhrelid::oid) from pg_inherits other where other.inhparent = i.inhparent)
\gexec

-- attempts: sequences
-- expect: refused 42501
select format(E'-- %s %s\n%s', verb, c.oid::regclass, format(statement, c.oid::regclass))
from pg_class c
cross join (
    values ('reads', 'select last_value from %s'), ('moves', 'select nextval(%1$L)'), ('sets', 'select setval(%1$L, 1)')
) as attempt (verb, statement)
where c.relkind = 'S' and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
\gexec

-- attempt: the values of sequences, by their view
-- expect: zero rows
select sequencename, last_value from pg_sequences where last_value is not null and schemaname in ('public', 'app');
