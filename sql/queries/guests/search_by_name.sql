-- By name. $1 limit, $2 and $3 the row to go on after (its folded name and id), $4 language or null,
-- $5 parts of the name, or the beginning of the address or phone number, $6 whether archived ones show.
-- Which rows of the page there are, app.search_guests_by_name says by its index; row security says once more of each of
-- them whether it shows.
select
    g.id, g.email, g.phone, g.full_name, g.language, g.notes, g.preferences, g.owner_id, g.team_id, g.archived_at,
    g.created_at, g.updated_at, g.version, g.full_name_folded
from app.search_guests_by_name($5, $4, $6, $2, $3, $1) found (id)
join guests g on g.id = found.id
order by g.full_name_folded, g.id
