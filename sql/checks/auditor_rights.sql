-- Id: RLS040
-- Severity: high
-- What: stayzr_auditor reads no row of a table with row security, writes nothing, and executes no function of the
--   schemas app and public.
-- Why: whoever audits sees who may do what, and not what there is. That its transactions read only is a default,
--   which a session changes.
-- Mend: revoke it.
-- See: https://www.postgresql.org/docs/current/ddl-priv.html
select format('%I.%I', s.nspname, c.relname) as object, 'stayzr_auditor may ' || lower(p.privilege) as finding,
    coalesce(c.relacl::text, '') as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) p (privilege)
where s.nspname in ('app', 'public')
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and (p.privilege <> 'SELECT' or c.relrowsecurity)
    and case
        when p.privilege = 'DELETE' then has_table_privilege('stayzr_auditor', c.oid, p.privilege)
        else has_any_column_privilege('stayzr_auditor', c.oid, p.privilege)
    end
union all
select f.oid::regprocedure::text, 'stayzr_auditor may execute it',
    coalesce(f.proacl::text, 'the default: execute to public')
from pg_proc f
where f.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
    and has_function_privilege('stayzr_auditor', f.oid, 'EXECUTE')
order by 1, 2
