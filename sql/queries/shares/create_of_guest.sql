-- $1 guest, then whom it is shared with, one of the two: $2 user, $3 team; $4 access, $5 expiry or null. No row when
-- the guest is out of sight; one that is in sight only to be read is refused by the policy. A share with the same
-- grantee that has run out makes room: it is counted so that it goes before the new one comes.
with gone as (
    delete from shares
    where guest_id = $1 and (user_id = $2 or team_id = $3) and expires_at <= now()
    returning id
)
insert into shares (guest_id, user_id, team_id, access, expires_at)
select guests.id, $2, $3, $4, $5
from guests
cross join (select count(*) from gone) as room
where guests.id = $1
returning id, guest_id, conversation_id, user_id, team_id, access, expires_at, created_by, created_at
