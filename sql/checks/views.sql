-- Id: RLS014
-- Severity: critical
-- What: no view without security_invoker, no materialized view and no foreign table in any schema but the system's.
-- Why: a plain view reads with its owner's rights, the other two know no row security at all; a view of views is safe
--   only if each of them is.
-- Mend: `alter view … set (security_invoker = true)`; make a table of the others.
-- See: https://www.postgresql.org/docs/current/sql-createview.html
select c.oid::regclass::text as object,
    case c.relkind
        when 'v' then 'a view without security_invoker' when 'm' then 'a materialized view' else 'a foreign table'
    end as finding,
    case when c.relkind = 'f' then '' else pg_get_viewdef(c.oid) end as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
where s.nspname <> 'information_schema'
    and s.nspname !~ '^pg_'
    -- What an extension brought is the extension's: extensions.sql.
    and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
    and (
        c.relkind in ('m', 'f')
        or c.relkind = 'v'
        and not coalesce(
            c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false
        )
    )
order by 1
