-- A token for the user of the context, and what its mail needs. $1 hash of the token, $2 seconds it is good for.
-- No row for who may not sign in, nor for the sixth token within an hour: nobody fills somebody else's mailbox.
-- The mail goes to the address that is kept: what was typed may only look like it.
with reset as (
    insert into password_resets (hash, expires_at)
    select $1, now() + make_interval(secs => $2)
    from users
    where id = app.user_id()
        and status = 'active'
        and exists (select from organizations where is_active)
        and (
            select count(*) from password_resets where user_id = app.user_id() and created_at > now() - interval '1 hour'
        ) < 5
    returning user_id
)
select u.email, o.name as organization
from reset
join users u on u.id = reset.user_id
cross join organizations o
