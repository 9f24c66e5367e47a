-- As the user who is asked about, in a transaction that is rolled back. The row, one of the two: $1 guest,
-- $2 conversation; $3 whether it is to be written. The select policies tell what is in sight and the update policies
-- what can be written (sql/functions/writes.sql). Who sees a conversation sees its guest, so a guest comes with some
-- conversations that show them.
select
    exists (
        select from guests where id = $1
        union all
        select from conversations where id = $2
    ) as visible,
    case when $3 then app.writes($1, $2) else false end as writable,
    array(
        select id from conversations where guest_id = $1 order by activity_at desc, id desc limit 50
    ) as conversation_ids
