-- The platform's own organization: where the super admins are. For stayzr_platform.
select min(organization_id) as id
from users
where is_super_admin
