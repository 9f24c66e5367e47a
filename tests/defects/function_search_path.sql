-- Defect: it is not pinned
-- At: app.touch()
alter function app.touch() reset search_path;

-- Defect: pg_temp is left out
-- At: app.organization_id()
alter function app.organization_id() set search_path = pg_catalog;

-- Defect: pg_temp comes first
-- At: app.organization_id()
alter function app.organization_id() set search_path = pg_temp, pg_catalog;

-- Defect: a schema others may write
-- At: app.organization_id()
alter function app.organization_id() set search_path = pg_catalog, public, pg_temp;
