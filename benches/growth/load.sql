-- Hotels of one size of the benchmark, as an administrator. bench.organizations and bench.messages say how many.
--
-- Hotel 0 is the big one. Every other hotel has 500 messages in 20 conversations of 25, whatever the size: what is
-- asked of them has the same answer at every size. All that is left, at least half, is the big one's: one half of it
-- lies in 20 long conversations, so that those grow as well, the other in conversations of 25. Every conversation has a
-- guest of its own. Messages of all hotels arrive in turn, as they would, and each is six words of a vocabulary. Every
-- second one has `breakfast` in it, and 20 of each hotel (21 where it does not come out even) `chandelier`.

-- Nothing dangles by construction, and nothing is counted: without this the triggers cost more than the rows.
set session_replication_role = replica;
set jit = off;
set maintenance_work_mem = '256MB';
set work_mem = '64MB';

-- Ids as app.uuid_v7() makes them: a part that grows, then noise.
create function pg_temp.bench_id(kind text, number bigint) returns uuid
language sql immutable
as $$
    select overlay(
        overlay(md5(kind || number::text) placing '8' from 17)
        placing lpad(to_hex(1704067200000 + number), 12, '0') || '7' from 1 for 13
    )::uuid
$$;

insert into public.organizations (slug, name, subscription_tier, subscription_tier_version, subscription_status)
select 'bench-' || o, 'Bench Hotel ' || o, 'enterprise', 1, 'active'
from generate_series(0, current_setting('bench.organizations')::integer - 1) as o;

create temporary table hotels as
select id as organization_id, substr(slug, length('bench-') + 1)::bigint as hotel from public.organizations;
create unique index on hotels (hotel);
analyze hotels;

insert into public.users (organization_id, id, email, full_name, is_org_admin)
select
    organization_id, pg_temp.bench_id('user', hotel * 10 + u), 'user-' || u || '@bench.example', 'User ' || u, u = 0
from hotels cross join generate_series(0, 9) as u;

-- An index that is made at the end takes a fraction of the time.
create temporary table indexes as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index
where indrelid = any ('{public.messages, public.conversations, public.guests}'::regclass[]) and not indisunique;

do $$
declare
    index record;
begin
    for index in select * from indexes loop
        execute 'drop index ' || index.name;
    end loop;
end
$$;

-- What is said, with its words as those of a hotel 0. The n-th word is used as often as 1 / n of the first.
create temporary table sayings as
select n, is_common, is_rare, content, app.text_words(0, 'en', content)::text as words
from (
    select
        s as n,
        string_agg(translate(left(md5('word' || v), 3 + v % 7), '0123456789', 'ghijklmnop'), ' ' order by w) as text
    from generate_series(0, 199) as s
    cross join generate_series(1, 6) as w
    cross join lateral (
        select floor(1000 ^ (('x' || left(md5(s || '/' || w), 8))::bit(32)::bigint / 4294967296.0))::integer as v
    ) as drawn
    group by s
) as said
cross join (values (false), (true)) as common (is_common)
cross join (values (false), (true)) as rare (is_rare)
cross join lateral (
    select concat_ws(
        ' ', text, case when is_common then 'and breakfast' end, case when is_rare then 'under the chandelier' end
    ) as content
) as whole;
analyze sayings;

-- In parts, each of which is sorted in memory.
do $$
declare
    organizations constant bigint := current_setting('bench.organizations');
    messages constant bigint := current_setting('bench.messages');
    small constant bigint := 500 * (organizations - 1);
    part constant bigint := 100000;
begin
    for lowest in 0 .. messages - 1 by part loop
        insert into public.messages (
            organization_id, id, conversation_id, sender_type, sender_user_id, content, search_language, words,
            created_at
        )
        select
            h.organization_id, pg_temp.bench_id('message', m), pg_temp.bench_id('conversation', conversation),
            case when nth / 20 % 2 = 0 then 'guest' else 'staff' end,
            case when nth / 20 % 2 = 1 then pg_temp.bench_id('user', hotel * 10) end,
            s.content, 'en', replace(s.words, '''0', concat('''', h.organization_id))::tsvector,
            timestamptz '2026-02-01 00:00:00+00' + m * interval '1 second'
        from generate_series(lowest, least(lowest + part, messages) - 1) as m
        cross join lateral (select m % 2 = 1 and m / 2 < small as is_small) as kind
        cross join lateral (
            select
                case when is_small then 1 + m / 2 % (organizations - 1) else 0 end as hotel,
                case
                    when is_small then m / 2 / (organizations - 1)
                    when m % 2 = 0 then m / 2
                    else messages / 2 + m / 2 - small
                end as nth
        ) as place
        cross join lateral (
            select
                case
                    when is_small then hotel * 20 + nth % 20
                    when nth % 2 = 0 then nth / 2 % 20
                    else organizations * 20 + nth / 50
                end as conversation,
                nth % case when is_small then 25 else (messages - small) / 20 end = 0 as is_rare
        ) as thread
        join hotels h using (hotel)
        join sayings s on s.n = m * 7919 % 200 and s.is_common = (nth % 2 = 0) and s.is_rare = thread.is_rare
        order by m;
    end loop;
end
$$;

create temporary table threads as
select organization_id, conversation_id as id, min(created_at) as first, max(created_at) as latest
from public.messages
group by organization_id, conversation_id;

insert into public.conversations (
    organization_id, id, guest_id, channel, subject, owner_id, last_message_at, activity_at, created_at, updated_at
)
select
    t.organization_id, t.id, md5('guest' || t.id)::uuid, 'email', 'Airport transfer',
    pg_temp.bench_id('user', h.hotel * 10), t.latest, t.latest, t.first, t.latest
from threads t
join hotels h using (organization_id)
order by t.first, t.id;

create temporary table names as
select row_number() over () - 1 as n, name, app.name_words(0, name)::text as words
from unnest(array['Ada', 'Björn', 'Camille', 'Daniel', 'Elif']) as first
cross join unnest(array['Okafor', 'Lindqvist', 'Laurent', 'Rossi', 'Yilmaz', 'Lovelace', 'Nakamura']) as last
cross join concat(first, ' ', last) as name;

insert into public.guests (
    organization_id, id, email, full_name, name_words, language, notes, preferences, created_at, updated_at
)
select
    t.organization_id, md5('guest' || t.id)::uuid, 'guest-' || t.id || '@example.com', names.name,
    replace(names.words, '''0', concat('''', t.organization_id))::tsvector, 'en',
    'Returning guest, likes the corner room.', '{"pillow": "soft", "quiet": true}', t.first, t.first
from threads t
join names on names.n = abs(hashtext(t.id::text)) % 35
order by t.first, t.id;

do $$
declare
    index record;
begin
    for index in select * from indexes loop
        execute index.definition;
    end loop;

    -- The words were put together here; they have to be those that a hotel's own messages get.
    if exists (
        select from (select * from public.messages limit 1000) m
        where m.words <> app.text_words(m.organization_id, 'en', m.content)
    ) or exists (
        select from (select * from public.guests limit 100) g
        where g.name_words <> app.name_words(g.organization_id, g.full_name)
    ) then
        raise exception 'words that no hotel would have';
    end if;
end
$$;

-- What a trigger does with each new hotel. The planner is told soon how many there are: by the plans of an empty table
-- each would read what was counted of all before it.
do $$
declare
    hotel record;
begin
    for hotel in select id, row_number() over (order by id) as nth from public.organizations loop
        perform app.open_usage(hotel.id);
        if hotel.nth = 100 then
            analyze public.usage_counters;
            analyze public.usage_slots;
        end if;
    end loop;
end
$$;

reset session_replication_role;
