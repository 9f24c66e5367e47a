-- Newest first. $1 limit, $2 and $3 the last row seen (its time and id) or null, $4 language or null, $5 whether archived ones show.
select id, email, phone, full_name, language, notes, preferences, archived_at, created_at, updated_at, version
from guests
where (created_at, id) < (coalesce($2, 'infinity'::timestamptz), coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
    and ($4::text is null or language = $4)
    and ($5::boolean or archived_at is null)
order by created_at desc, id desc
limit $1
