-- Defect: another's session may be ended
-- At: pg_terminate_backend(integer,bigint)
grant execute on function pg_terminate_backend(integer, bigint) to stayzr_app;

-- Defect: large objects may be made by everybody
-- At: lo_create(oid)
grant execute on function lo_create(oid) to public;

-- Defect: a large object
-- At: large objects
select lo_create(0);

-- Defect: their privileges are not checked
-- At: lo_compat_privileges
set local lo_compat_privileges = on;
