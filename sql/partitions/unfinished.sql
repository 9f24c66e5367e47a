-- The move that is not over.
select organizations, phase, copied_organization_id, copied_id, rows_copied, began_at
from app.partition_moves
where ended_at is null
