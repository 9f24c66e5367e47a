-- $1 team, $2 user. Removed twice is removed once. Tells which of the two is there.
with removed as (
    delete from team_members
    where team_id = $1 and user_id = $2
)
select
    exists (select from teams where id = $1) as team_is_there,
    exists (select from users where id = $2 and status <> 'deleted') as user_is_there
