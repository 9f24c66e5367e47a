-- $1 guest, $2 channel, $3 subject, $4 owner, $5 team. Who does not see the whole hotel owns what they leave to nobody,
-- or would lose sight of it. An archived guest starts no conversation: no row then. A guest that is absent, or out of
-- sight, is refused by the trigger of the table as if by the foreign key.
with created as (
    insert into conversations (guest_id, channel, subject, owner_id, team_id)
    select
        $1, $2, $3, coalesce($4, case when $5::uuid is null and not app.sees_all() then app.user_id() end), $5
    where not exists (select from guests where id = $1 and archived_at is not null)
    returning *
)
select
    c.id, c.guest_id, c.channel, c.status, c.subject, c.owner_id, c.team_id, c.last_message_at, c.activity_at,
    c.created_at, c.updated_at, c.version,
    g.full_name as guest_full_name, g.email as guest_email, g.phone as guest_phone, g.language as guest_language,
    null::uuid as message_id, null::text as message_sender_type, null::uuid as message_sender_user_id,
    null::text as message_excerpt, null::timestamptz as message_created_at
from created c
join guests g on g.organization_id = c.organization_id and g.id = c.guest_id
