-- Defect: the service becomes who bypasses
-- At: stayzr_app
-- Also: RLS037 stayzr_lookup
grant stayzr_lookup to stayzr_app;

-- Defect: the service reads the server's files
-- At: stayzr_app
grant pg_read_server_files to stayzr_app;

-- Defect: the service owns a table
-- At: stayzr_app
-- Also: RLS008 public.guests.organization_id
alter table public.guests owner to stayzr_app;

-- Defect: the platform is a superuser
-- At: stayzr_platform
-- Also: RLS017
-- Also: RLS022 app.seal_keys
-- Also: RLS022 public.api_keys.hash
-- Also: RLS022 public.invitations.hash
-- Also: RLS022 public.users.password_hash
alter role stayzr_platform superuser;

-- Defect: the auditor bypasses
-- At: stayzr_auditor
alter role stayzr_auditor bypassrls;

-- Defect: the owner logs in
-- At: stayzr_owner
alter role stayzr_owner login;

-- Defect: the platform makes roles
-- At: stayzr_platform
alter role stayzr_platform createrole;

-- Defect: the service replicates
-- At: stayzr_app
alter role stayzr_app replication;
