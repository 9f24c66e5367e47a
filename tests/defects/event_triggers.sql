-- Defect: something runs when an administrator works
-- At: event trigger spy
create function app.spy() returns event_trigger language plpgsql set search_path = pg_catalog, pg_temp as 'begin end';
alter function app.spy() owner to stayzr_owner;
revoke all on function app.spy() from public;
create event trigger spy on ddl_command_end execute function app.spy();
