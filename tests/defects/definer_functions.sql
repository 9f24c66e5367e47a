-- Defect: the service reads past the policies
-- At: app.guests_of(integer)
create function app.guests_of(hotel integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as 'select id from public.guests where organization_id = hotel';
alter function app.guests_of(integer) owner to stayzr_lookup;
revoke all on function app.guests_of(integer) from public;
grant execute on function app.guests_of(integer) to stayzr_app;

-- Defect: one that was the platform's
-- At: app.reconcile_usage(integer,boolean)
grant execute on function app.reconcile_usage(integer, boolean) to stayzr_app;
