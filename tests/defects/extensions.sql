-- Defect: a way to other servers
-- At: extension dblink
update pg_extension set extname = 'dblink' where extname = 'plpgsql';

-- Defect: a language that is the server
-- At: language planything
create language planything handler plpgsql_call_handler;

-- Defect: functions in C, by everybody
-- At: language c
update pg_language set lanacl = '{=U/postgres}' where lanname = 'c';
