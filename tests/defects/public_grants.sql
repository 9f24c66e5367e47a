-- Defect: a schema
-- At: schema app
grant usage on schema app to public;

-- Defect: a table
-- At: public.guests
-- Also: RLS040 public.guests
grant select on public.guests to public;

-- Defect: a column
-- At: public.guests.full_name
-- Also: RLS040 public.guests
grant select (full_name) on public.guests to public;

-- Defect: a function
-- At: app.impersonate(text,uuid,text,interval,boolean,uuid[])
-- Also: RLS040 app.impersonate(text,uuid,text,interval,boolean,uuid[])
grant execute on function app.impersonate(text, uuid, text, interval, boolean, uuid[]) to public;

-- Defect: a new function, which is born so
-- At: public.anything()
-- Also: RLS040 public.anything()
create function public.anything() returns integer language sql as 'select 1';
alter function public.anything() owner to stayzr_owner;

-- Defect: the database
-- At: database {database}
do $$ begin execute format('grant connect on database %I to public', current_database()); end $$;
