-- ATK011 unique keys as oracles
-- What: values that only the rival has, under every unique key that a request may write.
-- Why: uniqueness is checked without row security. One that is not per hotel tells whether another has a value.
-- Expected: each is taken without a word, as if the rival were not there.
-- Severity: medium
-- Role: stayzr_app
-- In: one of two hotels

-- attempt: the e-mail address and number of the rival's guest
-- expect: own rows
insert into guests (full_name, email, phone) values ('X', :'marker' || '@guest.example', '+49' || :'rival');

-- attempt: the e-mail address of the rival's administrator
-- expect: own rows
insert into users (email, full_name) values (:'rival_email', 'X');

-- attempt: the names of the rival's department, team, role and house
-- expect: own rows
insert into departments (name) values ('Department ' || :'marker');
insert into teams (name) values ('Team ' || :'marker');
insert into roles (name) values ('Role ' || :'marker');
insert into properties (name) values ('House ' || :'marker');

-- attempt: the address the rival has invited
-- expect: own rows
insert into invitations (id, email, hash, expires_at)
values (gen_random_uuid(), :'marker' || '@invited.example', decode(repeat('00', 32), 'hex'), now() + interval '1 hour');

-- attempt: the rival's invitation by its hash
-- expect: own rows
insert into invitations (id, email, hash, expires_at)
values (gen_random_uuid(), 'x@x.example', convert_to(rpad(:'marker', 32, '.'), 'UTF8'), now() + interval '1 hour');

-- attempt: the rival's refresh token and password reset by their hashes
-- expect: own rows
insert into password_resets (hash, expires_at)
values (convert_to(rpad(:'marker', 32, '.'), 'UTF8'), now() + interval '1 hour');
insert into refresh_tokens (hash, session_id)
values (convert_to(rpad(:'marker', 32, '.'), 'UTF8'), md5(:'own_marker' || '/session')::uuid);

-- attempt: the rival's API key by its id, prefix and hash
-- expect: own rows
insert into api_keys (id, name, prefix, hash, permissions)
values (
    md5(:'marker' || '/key')::uuid, 'X', 'key-' || :'marker', convert_to(rpad(:'marker', 32, '.'), 'UTF8'),
    '{guests.read}'
);

-- attempt: the rival's session by its id
-- expect: own rows
insert into sessions (id, expires_at) values (:'rival_session', now() + interval '1 hour');

-- attempt: the rival's idempotency key
-- expect: own rows
insert into idempotency_keys (operation, key, request_hash, response)
values ('create ' || :'marker', 'once ' || :'marker', convert_to(rpad(:'marker', 32, '.'), 'UTF8'), '{}');

-- attempts: unique indexes without the hotel, on tables of hotels
-- expect: zero rows
select format(E'-- %s\nselect %1$L', i.indexrelid::regclass)
from pg_index i
join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
where i.indisunique and has_any_column_privilege(c.oid, 'insert')
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')
    and not exists (
        select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'organization_id' and a.attnum = any (i.indkey::smallint[])
    )
\gexec
