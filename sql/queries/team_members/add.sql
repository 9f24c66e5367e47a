-- $1 team, $2 user. Added twice is added once. Tells which of the two is there.
with team as (
    select id from teams where id = $1
),
member as (
    select id from users where id = $2 and status <> 'deleted'
),
added as (
    insert into team_members (team_id, user_id)
    select team.id, member.id
    from team
    cross join member
    on conflict do nothing
)
select exists (select from team) as team_is_there, exists (select from member) as user_is_there
