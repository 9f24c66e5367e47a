-- Defect: a tenant for every session
-- At: role stayzr_app
alter role stayzr_app set app.context = 'a tenant';

-- Defect: no row security
-- At: role stayzr_platform
alter role stayzr_platform set row_security = off;

-- Defect: another meaning of every name
-- At: role stayzr_app in database {database}
do $$ begin
    execute format('alter role stayzr_app in database %I set search_path = public, app', current_database());
end $$;

-- Defect: another role for whoever comes
-- At: database {database}
do $$ begin execute format('alter database %I set role = stayzr_owner', current_database()); end $$;
