-- ATK004 row security switched off
-- What: row_security, the replication role and the planner's settings are set, and then every table is read.
-- Why: a setting that any session may change must not be what keeps hotels apart.
-- Expected: 42501 for what would switch policies off; own rows only with any other.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: row_security = off
-- expect: refused 42501
select format(
    E'-- reads %s with row_security = off\nset local row_security = off; select %I from %1$s limit 1', c.oid::regclass,
    (select min(a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
        and has_column_privilege(c.oid, a.attnum, 'select'))
)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and (t.attname = 'organization_id' or c.relname = 'organizations')
    )
    and has_any_column_privilege(c.oid, 'select')
\gexec

-- attempt: session_replication_role = replica, which skips triggers and foreign keys
-- expect: refused 42501
set local session_replication_role = replica;

-- attempts: settings of the planner
-- expect: own rows
select format(
    E'-- with %s = %s\nset local %1$s = %2$s; select organization_id, full_name from public.guests', name, value
)
from (
    values
        ('enable_seqscan', 'off'), ('enable_indexscan', 'off'), ('plan_cache_mode', 'force_custom_plan'),
        ('plan_cache_mode', 'force_generic_plan'), ('force_parallel_mode', 'on'), ('debug_parallel_query', 'on'),
        ('jit', 'on'), ('default_transaction_read_only', 'on'), ('transform_null_equals', 'on')
) as setting (name, value)
where exists (select from pg_settings s where s.name = setting.name)
\gexec

-- attempts: settings only an administrator may set
-- expect: refused 42501
select format(E'-- sets %s\nset local %1$s = %2$L', name, value)
from (
    values ('log_statement', 'none'), ('zero_damaged_pages', 'on'), ('session_preload_libraries', 'x'),
    ('lo_compat_privileges', 'on')
) as setting (name, value)
\gexec
