-- Defect: statistics as they were before the fix
-- At: pg_stats_ext
set local allow_system_table_mods = on;
do $$ begin
    execute 'create or replace view pg_catalog.pg_stats_ext with (security_barrier) as '
        || replace(pg_get_viewdef('pg_catalog.pg_stats_ext'::regclass), 'pg_has_role(c.relowner, ''USAGE''::text)', 'true');
end $$;
