-- $1 id, $2 expected version or null. Its memberships go with it; whatever else points at
-- it keeps it, and so does a member who joins at this very moment: the foreign keys refuse.
-- Memberships follow the team and not the other way round, so that a team that changed
-- meanwhile and stays also keeps its members.
with gone as (
    delete from teams
    where id = $1 and ($2::integer is null or version = $2)
    returning id
),
left_behind as (
    delete from team_members
    where team_id in (select id from gone)
)
select id from gone
