-- Id: RLS026
-- Severity: high
-- What: a table without row security that stayzr_app or stayzr_auditor may reach is declared here.
-- Why: what has no policies shows every row it has to whoever may read it. Data that is the same for every hotel may;
--   it is named, so that somebody has thought of it.
-- Mend: enable and force row security, or revoke the privilege; what is global is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with exempt (name, reason) as (
    values
        ('public.subscription_tiers', 'global: the same plans for every hotel'),
        ('public.subscription_tier_versions', 'global, as the tiers'),
        ('app.release', 'which release made the database: asked by each server at its start'),
        ('app.schema_history', 'which migrations were applied: asked by each server at its start'),
        ('app.applied_files', 'which files were applied: asked by the auditor, for drift'),
        ('app.applied_objects', 'what the files made: asked by the auditor, for drift; no more than the catalogs say')
)
select format('%I.%I', s.nspname, c.relname) as object, format('%s may %s', r.rolname, lower(p.privilege)) as finding,
    'row security is off' as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
cross join pg_roles r
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) p (privilege)
where c.relkind in ('r', 'p')
    and not c.relrowsecurity
    and s.nspname !~ '^pg_' and s.nspname <> 'information_schema'
    and r.rolname in ('stayzr_app', 'stayzr_auditor')
    and case
        when p.privilege = 'DELETE' then has_table_privilege(r.oid, c.oid, p.privilege)
        else has_any_column_privilege(r.oid, c.oid, p.privilege)
    end
    and not (format('%s.%s', s.nspname, c.relname) in (select name from exempt) and p.privilege = 'SELECT')
order by 1, 2
