-- Uses up all tokens of the user.
update password_resets
set used_at = now()
where user_id = app.user_id() and used_at is null
returning hash
