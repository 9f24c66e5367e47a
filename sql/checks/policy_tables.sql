-- Id: RLS035
-- Severity: high
-- What: a policy asks only tables with row security, and never its own.
-- Why: what it asks decides who sees the row: a table without policies is decided by whoever may write it. A policy
--   that asks its own table is refused as infinite recursion. (A sub-select sees its statement's snapshot: a right
--   that is revoked meanwhile still counts for that statement.)
-- Mend: give the other table row security; ask about one's own rows in a function.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
select distinct format('%I on %s', p.polname, p.polrelid::regclass) as object,
    format('asks %s, which has no row security', c.oid::regclass) as finding, '' as detail
from pg_policy p
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_class'::regclass
join pg_class c on c.oid = d.refobjid
where c.oid <> p.polrelid and c.relkind in ('r', 'p') and not c.relrowsecurity
union all
select format('%I on %s', p.polname, p.polrelid::regclass), 'asks its own table', e.expression
from pg_policy p
join pg_class c on c.oid = p.polrelid
cross join lateral (
    values (concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))
) e (expression)
where e.expression ~ format('\m(FROM|JOIN)\s+\(*(\w+\.)?%s\M', c.relname)
order by 1, 2
