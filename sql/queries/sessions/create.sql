-- A session of the user of the context and its first refresh token. $1 session, $2 user agent or null, $3 address or
-- null, $4 seconds it is good for, $5 hash of the refresh token.
with session as (
    insert into sessions (id, user_agent, address, expires_at)
    values ($1, $2, $3, now() + make_interval(secs => $4))
)
insert into refresh_tokens (hash, session_id)
values ($5, $1)
returning session_id as id
