-- Id: RLS034
-- Severity: medium
-- What: stayzr_app may execute every function and read every column that a policy asks.
-- Why: a policy runs with the caller's rights: one grant too few, and every statement on the table fails.
-- Mend: grant it, in the table's file in policies/ or with the function.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
select distinct f.oid::regprocedure::text as object, 'is asked by a policy and not granted to stayzr_app' as finding,
    format('%I on %s', p.polname, p.polrelid::regclass) as detail
from pg_policy p
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
join pg_proc f on f.oid = d.refobjid
where not has_function_privilege('stayzr_app', f.oid, 'EXECUTE')
union all
select distinct format('%s.%I', a.attrelid::regclass, a.attname), 'is read by a policy and not granted to stayzr_app',
    format('%I on %s', p.polname, p.polrelid::regclass)
from pg_policy p
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_class'::regclass
join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
-- Of its own table a policy reads what it likes.
where d.refobjid <> p.polrelid
    and a.attnum > 0
    and not has_column_privilege('stayzr_app', a.attrelid, a.attnum, 'SELECT')
order by 1, 3
