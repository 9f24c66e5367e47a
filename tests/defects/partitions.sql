-- Defect: a partition may be read
-- At: app.audit_log_default
-- Also: RLS015 app.audit_log_default
grant select on app.audit_log_default to stayzr_app;

-- Defect: a column of one may be written
-- At: app.audit_log_default
grant insert (action) on app.audit_log_default to stayzr_platform;

-- Defect: one has no row security
-- At: app.audit_log_default
alter table app.audit_log_default disable row level security;

-- Defect: one is not forced
-- At: app.audit_log_default
alter table app.audit_log_default no force row level security;

-- Defect: a new one is bare
-- At: app.audit_log_1999
create table app.audit_log_1999 partition of public.audit_log for values from ('1999-01-01') to ('2000-01-01');

-- Defect: one has a policy of its own
-- At: app.audit_log_default
create policy mine on app.audit_log_default for select to stayzr_app using (true);

-- Defect: a table inherits
-- At: app.vips
create table app.vips () inherits (public.guests);
