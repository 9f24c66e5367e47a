-- ATK017 table locks
-- What: every table is locked against everybody.
-- Why: a table is all hotels'. Who locks it stops them all, for as long as a transaction is kept open.
-- Expected: 42501 but where PostgreSQL gives the right together with another. Nothing is waited for, and what is got is
--     given back at once.
-- Severity: low
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempts: tables it may not delete from
-- expect: refused 42501
select format(E'-- %s\nlock table only %1$s in access exclusive mode nowait', c.oid::regclass)
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p')
    and not has_table_privilege(c.oid, 'delete')
\gexec

-- attempts: tables it may delete from
-- accept: who may delete rows of a table may lock it, and PostgreSQL gives the one right with the other. Whoever holds
--     the password of stayzr_app can so hold up the writes of other hotels to these tables, and sees nothing by it;
--     lock_timeout makes the server give up such a wait and answer with an error. No request locks a table.
select format(E'-- %s\nlock table only %1$s in access exclusive mode nowait', c.oid::regclass)
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p')
    and has_table_privilege(c.oid, 'delete')
\gexec
