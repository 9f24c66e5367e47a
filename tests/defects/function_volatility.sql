-- Defect: the context is folded into a plan
-- At: app.organization_id()
alter function app.organization_id() immutable;

-- Defect: what asks it is
-- At: app.mine(integer)
create function app.mine(integer) returns boolean language sql immutable set search_path = pg_catalog, pg_temp
    as 'select $1 = app.organization_id()';
alter function app.mine(integer) owner to stayzr_owner;
revoke all on function app.mine(integer) from public;
