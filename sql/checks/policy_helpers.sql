-- Id: RLS033
-- Severity: medium
-- What: a function a policy calls is stable and parallel safe.
-- Why: volatile, it runs once a row and no index is used; unsafe, no query of the table has a parallel plan.
--   (Immutable: function_volatility.sql.)
-- Mend: declare it `stable parallel safe`; what has to see its own statement's writes is exempted here, with the
--   reason.
-- See: https://www.postgresql.org/docs/current/xfunc-volatility.html
with exempt (name, reason) as (
    values (
        'app.writes(uuid,uuid)',
        'is asked while rows are written, which has no parallel plan, and sees what was just written'
    )
)
select distinct f.oid::regprocedure::text as object,
    format(
        'is %s and %s', case f.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
        case f.proparallel when 's' then 'parallel safe' when 'r' then 'parallel restricted' else 'parallel unsafe' end
    ) as finding,
    (
        select string_agg(format('%I on %s', p.polname, p.polrelid::regclass), ', ' order by p.polname)
        from pg_policy p
        join pg_depend u on u.classid = 'pg_policy'::regclass and u.objid = p.oid
        where u.refclassid = 'pg_proc'::regclass and u.refobjid = f.oid
    ) as detail
from pg_depend d
join pg_proc f on f.oid = d.refobjid
where d.classid = 'pg_policy'::regclass
    and d.refclassid = 'pg_proc'::regclass
    and (f.provolatile = 'v' or f.proparallel <> 's')
    and f.oid::regprocedure::text not in (select name from exempt)
order by 1
