-- Uses a token, and all others of its user up with it; no row, and nothing used, where it would not do. $1 hash of the
-- token.
update password_resets
set used_at = now()
where user_id = app.user_id()
    and used_at is null
    and exists (
        select
        from password_resets given
        where given.hash = $1 and given.user_id = app.user_id() and given.used_at is null and given.expires_at > now()
    )
returning hash
