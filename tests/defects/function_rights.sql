-- Defect: one sees rows before the policies
-- At: app.touch()
alter function app.touch() leakproof;

-- Defect: one is a superuser
-- At: app.organization_id()
-- Also: RLS044 app.organization_id()
alter function app.organization_id() owner to current_user;

-- Defect: one can be replaced by the service
-- At: app.user_id()
-- Also: RLS017 schema app
-- Also: RLS018 stayzr_app
grant create on schema app to stayzr_app;
alter function app.user_id() owner to stayzr_app;

-- Defect: one may be passed on
-- At: app.organization_id()
grant execute on function app.organization_id() to stayzr_app with grant option;
