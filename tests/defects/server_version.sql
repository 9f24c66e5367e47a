-- Defect: an old minor release
-- At: PostgreSQL {server_version}
set local allow_system_table_mods = on;
create or replace view pg_catalog.pg_settings as
select name, case name when 'server_version_num' then '150013' else setting end as setting, unit, category, short_desc,
    extra_desc, context, vartype, source, min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline,
    pending_restart
from pg_show_all_settings();

-- Defect: a major release that is too old
-- At: PostgreSQL {server_version}
set local allow_system_table_mods = on;
create or replace view pg_catalog.pg_settings as
select name, case name when 'server_version_num' then '140020' else setting end as setting, unit, category, short_desc,
    extra_desc, context, vartype, source, min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline,
    pending_restart
from pg_show_all_settings();
