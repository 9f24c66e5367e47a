-- Whether the token of that hash would do. $1 hash of the token.
select hash
from password_resets
where hash = $1 and user_id = app.user_id() and used_at is null and expires_at > now()
