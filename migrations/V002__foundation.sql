-- What the context stands on: the keys that seal it.

create table app.seal_keys (
    id text primary key check (id ~ '^[a-z0-9_-]{1,32}$'),
    -- HMAC-SHA256 with the key already folded into its two pads (RFC 2104),
    -- so that a verification is two calls of sha256() and nothing else.
    inner_pad bytea not null check (octet_length(inner_pad) = 64),
    outer_pad bytea not null check (octet_length(outer_pad) = 64),
    created_at timestamptz not null default now()
);

comment on table app.seal_keys is
    'Keys the tenant context is sealed with. No grant to anybody: only functions of the owner read it.';
