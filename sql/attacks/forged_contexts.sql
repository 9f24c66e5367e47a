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
    E'-- %s, then reads %s\nselect set_config(''app.context'', %L, true); select %I from %s limit 1', change.what,
    c.oid::regclass, array_to_string(own.line[:1] || change.value || own.line[3:], E'\n'), a.attname, c.oid::regclass
)
from (select string_to_array(current_setting('app.context'), E'\n')) as own (line)
cross join (
    values
        ('another hotel', :'rival'), ('no hotel', ''), ('two hotels', :'own' || ',' || :'rival'),
        ('its number written otherwise', '0' || :'own')
) as change (what, value)
cross join pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and has_column_privilege(c.oid, a.attnum, 'select')
\gexec

-- attempts: another hotel, then changed without a look
-- expect: refused SZ101
select distinct on (c.oid) format(
    E'-- %s\nselect set_config(''app.context'', %L, true); update %s set %I = default', c.oid::regclass,
    array_to_string(own.line[:1] || text :'rival' || own.line[3:], E'\n'), c.oid::regclass, a.attname
)
from (select string_to_array(current_setting('app.context'), E'\n')) as own (line)
cross join pg_class c
join pg_attribute a on a.attrelid = c.oid and has_column_privilege(c.oid, a.attnum, 'update')
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
order by c.oid, a.attnum
\gexec

-- attempts: another hotel, then deleted without a look
-- expect: refused SZ101
select format(
    E'-- %s\nselect set_config(''app.context'', %L, true); delete from %s', c.oid::regclass,
    array_to_string(own.line[:1] || text :'rival' || own.line[3:], E'\n'), c.oid::regclass
)
from (select string_to_array(current_setting('app.context'), E'\n')) as own (line)
cross join pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'delete')
\gexec

-- attempts: each other field changed
-- expect: refused SZ101
select format(
    E'-- %s\nselect set_config(''app.context'', %L, true); select id from public.guests', what,
    array_to_string(own.line[:number - 1] || value || own.line[number + 1:], E'\n')
)
from (select string_to_array(current_setting('app.context'), E'\n')) as own (line)
cross join lateral (
    values
        ('another user', 3, :'rival_user'), ('no user', 3, ''), ('an actor', 4, :'own_user'),
        ('a visit', 5, 'grant:' || :'own_user'), ('a key', 5, 'key:' || :'own_user'),
        ('another data scope', 6, 'false'), ('a team', 7, :'rival_team'), ('a team of one''s own', 8, :'rival_team'),
        ('other permissions', 9, 'guests.read'), ('one permission more', 9, own.line[9] || ',everything'),
        ('another request', 10, 'another'), ('another address', 11, '192.0.2.1')
) as change (what, number, value)
\gexec

-- attempts: each seal that is none
-- expect: refused SZ100 SZ101
select format(
    E'-- %s\nselect set_config(''app.context'', %L, true); select id from public.guests', what,
    array_to_string(value || own.line[2:], E'\n')
)
from (select string_to_array(current_setting('app.context'), E'\n')) as own (line)
cross join (
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
select set_config('app.context', '', true);
select id from public.guests;

-- attempt: a context that is all seal
-- expect: refused SZ101
select set_config('app.context', :'own_seal', true);
select id from public.guests;

-- attempt: a line more
-- expect: refused SZ101
select set_config('app.context', current_setting('app.context') || E'\n', true);
select id from public.guests;

-- attempt: two lines in one
-- expect: refused SZ101
select set_config('app.context', regexp_replace(current_setting('app.context'), E'\n(\\d+)\n', E'\n\\1'), true);
select id from public.guests;

-- attempt: the true context, so that it is known to work
-- expect: own rows
select organization_id, full_name from public.guests;
