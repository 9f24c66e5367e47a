-- Id: RLS017
-- Severity: high
-- What: no login role may make anything: no TEMP and no CREATE on the database, no CREATE on a schema.
-- Why: a temporary table, or one in a schema of the search_path, shadows the real one of that name.
-- Mend: revoke it; policies/database_roles.sql has every grant on schemas there is.
-- See: https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS
select 'database ' || d.datname as object, format('%s may %s', r.rolname, lower(p.privilege)) as finding,
    d.datacl::text as detail
from pg_database d
cross join pg_roles r
cross join (values ('TEMP'), ('CREATE')) p (privilege)
where d.datname = current_database()
    and r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and has_database_privilege(r.oid, d.oid, p.privilege)
union all
select 'schema ' || s.nspname, format('%s may create', r.rolname), s.nspacl::text
from pg_namespace s
cross join pg_roles r
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and has_schema_privilege(r.oid, s.oid, 'CREATE')
order by 1, 2
