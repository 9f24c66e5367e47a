-- Defect: text becomes code, with the owner's rights
-- At: app.run(text)
create function app.run(statement text) returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as 'begin execute statement; end';
alter function app.run(text) owner to stayzr_owner;
revoke all on function app.run(text) from public;

-- Defect: the context is set past the seal
-- At: app.visit(integer)
create function app.visit(hotel integer) returns void language sql set search_path = pg_catalog, pg_temp
as $$ select set_config('app.organization_id', hotel::text, true) $$;
alter function app.visit(integer) owner to stayzr_owner;
revoke all on function app.visit(integer) from public;
