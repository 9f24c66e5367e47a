-- Id: RLS050
-- Severity: medium
-- What: neither stayzr_app nor stayzr_auditor holds a privilege on a sequence, and no tenant table numbers its rows
--   by one.
-- Why: a sequence is shared by all hotels: the numbers one gets say how much the others do.
-- Mend: use app.uuid_v7().
-- See: https://www.postgresql.org/docs/current/sql-createsequence.html
select format('%I.%I', s.nspname, c.relname) as object, format('%s may %s', r.rolname, lower(p.privilege)) as finding,
    coalesce(c.relacl::text, '') as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
cross join pg_roles r
cross join (values ('USAGE'), ('SELECT'), ('UPDATE')) p (privilege)
where c.relkind = 'S'
    and s.nspname in ('app', 'public')
    and r.rolname in ('stayzr_app', 'stayzr_auditor')
    and has_sequence_privilege(r.oid, c.oid, p.privilege)
union all
select format('%I.%I.%I', s.nspname, c.relname, a.attname), 'is numbered by a sequence', pg_get_expr(d.adbin, d.adrelid)
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace s on s.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where s.nspname = 'public'
    and c.relkind in ('r', 'p')
    and exists (
        select from pg_attribute o where o.attrelid = c.oid and o.attname = 'organization_id' and not o.attisdropped
    )
    and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\(')
order by 1, 2
