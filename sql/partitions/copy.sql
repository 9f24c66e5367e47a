-- $1 int, $2 uuid: after that row, in the order of the primary key. $3 bigint: how many rows. Copies them, and returns
-- the last of them: what was written since open.sql is there already.
with batch as materialized (
    select m.*
    from public.messages m
    where (m.organization_id, m.id) > ($1, $2)
    order by m.organization_id, m.id
    limit $3
),
copied as (
    insert into app.messages_next
    select b.* from batch b
    on conflict (organization_id, id) do nothing
),
last as (
    select b.organization_id, b.id
    from batch b
    order by b.organization_id desc, b.id desc
    limit 1
)
update app.partition_moves m
set copied_organization_id = l.organization_id, copied_id = l.id,
    rows_copied = m.rows_copied + (select count(*) from batch)
from last l
where m.ended_at is null
returning l.organization_id, l.id, m.rows_copied
