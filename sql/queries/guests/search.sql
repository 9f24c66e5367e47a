-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), $4 language or null,
-- $5 beginning of the name, address or phone number, $6 whether archived ones show.
select id, email, phone, full_name, language, notes, preferences, archived_at, created_at, updated_at, version
from guests
where (created_at, id) < ($2, $3)
    and ($4::text is null or language = $4)
    and (
        full_name_folded between lower($5) and lower($5) || chr(1114111)
        or email_folded between lower($5) and lower($5) || chr(1114111)
        or phone between lower($5) and lower($5) || chr(1114111)
    )
    and ($6::boolean or archived_at is null)
order by created_at desc, id desc
limit $1
