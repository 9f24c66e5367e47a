-- $1 int, $2 uuid: after that row. $3 int, $4 uuid: up to that one. How many rows the old table has, and how many of
-- them are not in messages as they were. Nobody writes into the old one any more.
select count(*), count(*) filter (where o is distinct from n)
from (
    select m.* from app.messages_before m
    where (m.organization_id, m.id) > ($1, $2) and (m.organization_id, m.id) <= ($3, $4)
) o
left join (
    select m.* from public.messages m
    where (m.organization_id, m.id) > ($1, $2) and (m.organization_id, m.id) <= ($3, $4)
) n on n.organization_id = o.organization_id and n.id = o.id
