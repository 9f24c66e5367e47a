-- Every hotel, the platform's own included.
select id as organization_id
from organizations
order by id
