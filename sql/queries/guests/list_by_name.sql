-- By name. $1 limit, $2 and $3 the row to go on after (its folded name and id), $4 language or null, $5 whether archived ones show.
select id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version, full_name_folded
from guests
where (full_name_folded, id) > ($2, $3)
    and case when $4::text is null then true else language = $4 end
    and case when $5::boolean then true else archived_at is null end
order by full_name_folded, id
limit $1
