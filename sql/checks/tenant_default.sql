-- Id: RLS007
-- Severity: high
-- What: where stayzr_app may insert, the column default writes organization_id, from the sealed context.
-- Why: it is the only writer there is. Any other default would file rows under another hotel, or fail.
-- Mend: `alter table … alter column organization_id set default app.organization_id()`, in the table's file in
--   policies/.
-- See: https://www.postgresql.org/docs/current/ddl-default.html
select format('public.%I', c.relname) as object,
    'organization_id defaults to ' || coalesce(pg_get_expr(d.adbin, d.adrelid), 'nothing') as finding, '' as detail
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and has_any_column_privilege('stayzr_app', c.oid, 'insert')
    and pg_get_expr(d.adbin, d.adrelid) is distinct from 'app.organization_id()'
order by 1
