-- $1 int, $2 uuid: after that row. $3 int, $4 uuid: up to that one. How many rows there are in either table, and how
-- many are not the same in both, column for column.
select count(*), count(*) filter (where o is distinct from n)
from (
    select m.* from public.messages m
    where (m.organization_id, m.id) > ($1, $2) and (m.organization_id, m.id) <= ($3, $4)
) o
full join (
    select m.* from app.messages_next m
    where (m.organization_id, m.id) > ($1, $2) and (m.organization_id, m.id) <= ($3, $4)
) n on n.organization_id = o.organization_id and n.id = o.id
