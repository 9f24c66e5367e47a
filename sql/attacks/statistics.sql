-- ATK018 statistics and estimates
-- What: the planner's statistics are read, by their views and their tables; and what plans, sizes and counters say.
-- Why: most common values and histogram bounds of a column are rows by another name.
-- Expected: no statistics of any table of hotels. What PostgreSQL tells everybody of sizes and estimates is accepted.
-- Severity: medium
-- Role: stayzr_app, stayzr_auditor
-- In: a session of its own

-- attempt: values of columns
-- expect: zero rows
select s.tablename, s.attname, s.most_common_vals, s.histogram_bounds
from pg_stats s
join pg_class c on c.relname = s.tablename and c.relnamespace = s.schemaname::regnamespace
where exists (select from pg_attribute a where a.attrelid = c.oid and a.attname in ('organization_id', 'tenant_id'));

-- attempt: values of columns together
-- expect: zero rows
select most_common_vals from pg_stats_ext;

-- attempt: values of expressions
-- expect: zero rows
select most_common_vals from pg_stats_ext_exprs;

-- attempt: the table behind the views
-- expect: refused 42501
select stavalues1 from pg_statistic;

-- attempt: the other table behind the views
-- expect: refused 42501
select stxdmcv from pg_statistic_ext_data;

-- attempt: statements of others, with their constants
-- expect: zero rows
select query from pg_stat_activity
where pid <> pg_backend_pid() and usename <> current_user and query <> '' and query <> '<insufficient privilege>';

-- attempt: how large everything is
-- accept: PostgreSQL tells every role how many rows and bytes a table has, of all hotels together. No request returns
--     it.
select relname, reltuples, pg_relation_size(oid) from pg_class where relname = 'guests';

-- attempt: how often everything was read and written
-- accept: as sizes: of all hotels together, and returned by no request.
select relname, n_tup_ins, n_live_tup from pg_stat_user_tables where relname = 'guests';
