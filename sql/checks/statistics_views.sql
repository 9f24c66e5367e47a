-- Id: RLS054
-- Severity: medium
-- What: the views pg_stats_ext and pg_stats_ext_exprs show the statistics of tables to those who own them, and
--   pg_stats none of tables with row security.
-- Why: on a database made by a release before 15.7 or 16.3 they show the commonest values of every hotel to whoever
--   may read a column (CVE-2024-4317); an update of the server leaves the views as they were.
-- Mend: run fix-CVE-2024-4317.sql, which comes with the server, in each database.
-- See: https://www.postgresql.org/docs/current/view-pg-stats-ext.html
select v.name as object, 'shows statistics that policies hide' as finding, '' as detail
from (
    values
        ('pg_stats', '\mrow_security_active\M'),
        ('pg_stats_ext', '\mpg_has_role\M'),
        ('pg_stats_ext_exprs', '\mpg_has_role\M')
) v (name, has)
where pg_get_viewdef(format('pg_catalog.%I', v.name)::regclass) !~ v.has
order by 1
