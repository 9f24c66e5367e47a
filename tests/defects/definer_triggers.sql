-- Defect: rows are copied elsewhere
-- At: guests_copy on public.guests
create function app.copy() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
as 'begin return new; end';
alter function app.copy() owner to stayzr_lookup;
revoke all on function app.copy() from public;
create trigger guests_copy before insert on public.guests for each row execute function app.copy();
