-- By name, for who sees neither the whole hotel nor a team's. $1 limit,
-- $2 and $3 the row to go on after (its folded name and id), $4 language or null, $5 whether archived ones show.
-- The policy decides what shows; walking the whole hotel's list to ask it would cost what the hotel has. So each way
-- into one's sight brings a page of its own: owned, shared, in a conversation that is owned or shared. A row that
-- comes in two ways is the same row twice, hence `distinct on` the order itself.
select distinct on (g.full_name_folded, g.id)
    g.id, g.email, g.phone, g.full_name, g.language, g.notes, g.preferences,
    g.owner_id, g.team_id, g.archived_at, g.created_at, g.updated_at, g.version, g.full_name_folded
from (
    (
        select g.*
        from guests g
        where g.owner_id = (select app.user_id())
            and (g.full_name_folded, g.id) > ($2, $3)
            and case when $4::text is null then true else g.language = $4 end
            and case when $5::boolean then true else g.archived_at is null end
        order by g.full_name_folded, g.id
        limit $1
    )
    union all
    (
        select g.*
        from guests g
        where g.id = any (array(select app.shared_guest_ids('read')))
            and (g.full_name_folded, g.id) > ($2, $3)
            and case when $4::text is null then true else g.language = $4 end
            and case when $5::boolean then true else g.archived_at is null end
        order by g.full_name_folded, g.id
        limit $1
    )
    union all
    (
        select g.*
        from (
            select c.organization_id, c.guest_id from conversations c where c.owner_id = (select app.user_id())
            union
            select c.organization_id, c.guest_id from conversations c
            where c.id = any (array(select app.shared_conversation_ids('read')))
        ) c
        join guests g on g.organization_id = c.organization_id and g.id = c.guest_id
        where (g.full_name_folded, g.id) > ($2, $3)
            and case when $4::text is null then true else g.language = $4 end
            and case when $5::boolean then true else g.archived_at is null end
        order by g.full_name_folded, g.id
        limit $1
    )
) g
order by g.full_name_folded, g.id
limit $1
