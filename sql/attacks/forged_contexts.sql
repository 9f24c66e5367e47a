-- ATK001 forged contexts
-- What: every field of the sealed context is changed after it was sealed, and the seal itself is left out, emptied,
--     cut and filled with garbage; each is then used to read.
-- Why: anybody who runs SQL can set a setting. If a context counts without a seal that fits it, injected SQL opens
--     every hotel.
-- Expected: an error each, SZ100 without a seal and SZ101 with one that does not fit; never an answer.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: each field changed, on each table
-- expect: refused SZ101
select format(
    E'-- %s, then reads %s\nselect set_config(%L, %L, true); select %I from %s limit 1', change.what, c.oid::regclass,
    'app.' || change.field, change.value, a.attname, c.oid::regclass
)
from (
    values
        ('another hotel', 'organization_id', :'rival'), ('no hotel', 'organization_id', ''),
        ('two hotels', 'organization_id', :'own' || ',' || :'rival'),
        ('its number written otherwise', 'organization_id', '0' || :'own')
) as change (what, field, value)
cross join pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and has_column_privilege(c.oid, a.attnum, 'select')
\gexec

-- attempts: each other field changed
-- expect: refused SZ101
select format(E'-- %s\nselect set_config(%L, %L, true); select id from public.guests', what, 'app.' || field, value)
from (
    values
        ('another user', 'user_id', :'rival_user'), ('no user', 'user_id', ''), ('an actor', 'actor_id', :'own_user'),
        ('a visit', 'via', 'grant:' || :'own_user'), ('a key', 'via', 'key:' || :'own_user'),
        ('another data scope', 'sees_all', 'false'), ('a team', 'team_ids', :'rival_team'),
        ('a team of one''s own', 'own_team_ids', :'rival_team'), ('other permissions', 'permissions', 'guests.read'),
        ('one permission more', 'permissions', current_setting('app.permissions') || ',everything')
) as change (what, field, value)
\gexec

-- attempts: each seal that is none
-- expect: refused SZ100 SZ101
select format(E'-- %s\nselect set_config(''app.seal'', %L, true); select id from public.guests', what, value)
from (
    values
        ('an empty seal', ''), ('a space', ' '), ('dots', '..'), ('null, as text', 'null'),
        ('no key', '.' || split_part(:'own_seal', '.', 2) || '.' || split_part(:'own_seal', '.', 3)),
        ('no code', split_part(:'own_seal', '.', 1) || '.' || split_part(:'own_seal', '.', 2) || '.'),
        ('half a code', left(:'own_seal', -32)), ('a code in capitals', upper(:'own_seal')),
        ('a later expiry', replace(:'own_seal', split_part(:'own_seal', '.', 2), '9999999999')),
        ('a pattern for a key', '%' || substr(:'own_seal', strpos(:'own_seal', '.'))),
        ('two megabytes', repeat('.', 2097152))
) as forgery (what, value)
\gexec

-- attempt: no context at all
-- expect: refused SZ100
select set_config(name, '', true)
from unnest(array['app.organization_id', 'app.user_id', 'app.sees_all', 'app.permissions', 'app.seal']) as name;
select id from public.guests;

-- attempt: fields moved into each other's lines
-- expect: refused SZ101
select set_config(
    'app.organization_id', current_setting('app.organization_id') || E'\n' || current_setting('app.user_id'), true
);
select set_config('app.user_id', '', true);
select id from public.guests;

-- attempt: the true context, so that it is known to work
-- expect: own rows
select organization_id, full_name from public.guests;
