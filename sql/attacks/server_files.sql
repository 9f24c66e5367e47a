-- ATK015 files and programs of the server
-- What: files are read and written and programs run by copy and by the functions for administrators; large objects are
--     loaded from files; extensions, publications, subscriptions and foreign servers are made.
-- Why: the files of the server are all hotels' rows, past every policy.
-- Expected: 42501 each.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempt: a program
-- expect: refused 42501
copy (select 1) to program 'true';

-- attempt: a file, in
-- expect: refused 42501
copy app.release from '/dev/null';

-- attempt: a file, out
-- expect: refused 42501
copy (select 1) to '/dev/null';

-- attempts: functions that read the server's files
-- expect: refused 42501
select format(E'-- %s\n%1$s', statement)
from unnest(array[
    'select pg_read_file(''PG_VERSION'')', 'select pg_read_binary_file(''PG_VERSION'')', 'select pg_ls_dir(''.'')',
    'select pg_stat_file(''PG_VERSION'')', 'select pg_ls_logdir()', 'select pg_ls_waldir()', 'select pg_ls_tmpdir()',
    'select pg_current_logfile()', 'select * from pg_hba_file_rules', 'select * from pg_file_settings',
    'select * from pg_shadow', 'select * from pg_user_mapping', 'select * from pg_largeobject',
    'select * from pg_statistic', 'select * from pg_subscription'
]) as statement
\gexec

-- attempt: a publication of every table
-- expect: refused 42501
create publication attack_mine for all tables;

-- attempt: a foreign server
-- expect: refused 42501 42704
create server attack_mine foreign data wrapper postgres_fdw;
