-- Defect: temporary tables
-- At: database {database}
do $$ begin execute format('grant temp on database %I to stayzr_app', current_database()); end $$;

-- Defect: schemas, by everybody
-- At: database {database}
-- Also: RLS016 database {database}
do $$ begin execute format('grant create on database %I to public', current_database()); end $$;

-- Defect: tables in public
-- At: schema public
grant create on schema public to stayzr_platform;

-- Defect: functions in app
-- At: schema app
grant create on schema app to stayzr_app;
