-- One's own, where one may sign in. $1 its hash. Locks the row, so that what else happens to this password waits.
update users
set password_hash = $1
where id = app.user_id()
    and status = 'active'
    and exists (select from organizations where is_active)
returning id
