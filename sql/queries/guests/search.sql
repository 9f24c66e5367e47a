-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 language or null,
-- $5 beginning of the name, address or phone number, $6 whether archived ones show.
select id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version
from guests
where (created_at, id) < ($2, $3)
    and case when $4::text is null then true else language = $4 end
    and (
        full_name_folded between lower($5) and lower($5) || chr(1114111)
        or email_folded between lower($5) and lower($5) || chr(1114111)
        or phone between lower($5) and lower($5) || chr(1114111)
    )
    and case when $6::boolean then true else archived_at is null end
order by created_at desc, id desc
limit $1
