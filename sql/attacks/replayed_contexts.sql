-- ATK002 replayed contexts
-- What: a seal that has expired, the rival's seal on one's own context, one's own on the rival's, and the seal of a
--     context to ask for what takes a seal of another purpose; whether seals can be tried at will or be read elsewhere.
-- Why: a seal that was good once, or for something else, must not be good again.
-- Expected: SZ102 where it expired, SZ101 where it does not fit, 42501 for who would try seals.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempt: a seal that has expired
-- expect: refused SZ102
select set_config('app.context', :'expired_context', true);
select id from public.guests;

-- attempt: the rival's seal on one's own context
-- expect: refused SZ101
select set_config('app.context', :'rival_seal' || substr(current_setting('app.context'), length(:'own_seal') + 1), true);
select id from public.guests;

-- attempt: one's own seal on the rival's context
-- expect: refused SZ101
select set_config('app.context', :'own_seal' || substr(:'rival_context', length(:'rival_seal') + 1), true);
select id from public.guests;

-- attempt: the seal of a context, to sign in as the rival
-- expect: refused SZ101
select * from app.login_lookup(:'rival_slug', :'rival_email', :'own_seal');

-- attempt: the rival's own seal, to sign in as the rival
-- expect: refused SZ101
select * from app.login_lookup(:'rival_slug', :'rival_email', :'rival_seal');

-- attempt: the seal of a context, for the password of the rival's administrator
-- expect: refused SZ101
select * from app.password_lookup(:rival, :'rival_user', :'own_seal');

-- attempt: the seal of a context, for the standing of the rival's administrator
-- expect: refused SZ101
select * from app.user_standing(:rival, :'rival_user', :'own_seal');

-- attempt: trying seals at will
-- expect: refused 42501
select app.verify_seal('context' || substr(current_setting('app.context'), length(:'own_seal') + 1), :'own_seal');

-- attempt: sealing by hand
-- expect: refused 42501
select app.impersonate(:'rival_slug');

-- attempt: the keys that seal
-- expect: refused 42501
select id, inner_pad from app.seal_keys;

-- attempt: a seal that a running query of somebody else's shows
-- expect: zero rows
select query from pg_stat_activity where pid <> pg_backend_pid() and query ~ '\.[0-9]{10}\.[0-9a-f]{64}';

-- attempt: the rival's whole context with the rival's own seal
-- accept: a seal is good for its few seconds, whoever holds it: it is not bound to a connection. It is only ever a
--     bound parameter, so no log, plan or pg_stat_activity shows it to another session.
select set_config('app.context', :'rival_context', true);
select count(*) from public.guests;
