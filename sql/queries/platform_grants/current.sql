-- The grant this request visits by.
select id, organization_id, super_admin_id, reason, can_write, created_at, expires_at, ended_at
from platform_grants
where id = app.grant_id()
