-- Hotels for the benchmark, as an administrator. bench.organizations and bench.messages say how many.
--
-- Every hotel has 2 users, 20 guests and 60 conversations: 10 long ones, which share four fifths of its messages,
-- and 50 short ones, so that a list of 50 has 50 rows. Messages of all hotels arrive in turn, as they would: those of
-- one conversation lie far apart in the table.

-- Nothing dangles by construction, so nothing is looked up: without this the foreign keys cost a minute.
set session_replication_role = replica;

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
from generate_series(1, current_setting('bench.organizations')::integer) as o;

create temporary table hotels as
select id as organization_id, row_number() over (order by id) - 1 as hotel from public.organizations;

insert into public.users (organization_id, id, email, full_name, is_org_admin)
select organization_id, pg_temp.bench_id('user', hotel * 2 + u), 'user-' || u || '@bench.example', 'User ' || u, u = 0
from hotels cross join generate_series(0, 1) as u;

-- Triggers are off, so the role of agents and a session for each user are made here. A session has its user's id.
insert into public.roles (organization_id, id, built_in, name)
select organization_id, pg_temp.bench_id('role', hotel), 'agent', 'Agent' from hotels;

insert into public.user_roles (organization_id, user_id, role_id)
select organization_id, pg_temp.bench_id('user', hotel * 2 + 1), pg_temp.bench_id('role', hotel) from hotels;

insert into public.sessions (organization_id, id, user_id, expires_at)
select organization_id, id, id, now() + interval '1 day' from public.users;

insert into public.guests (
    organization_id, id, email, phone, full_name, name_words, language, notes, preferences, created_at, updated_at
)
select
    organization_id, pg_temp.bench_id('guest', hotel * 20 + g), 'guest-' || g || '@example.com', '+4915100000' || lpad(g::text, 2, '0'),
    name, app.name_words(organization_id, name), 'en',
    'Returning guest, likes the corner room.', '{"pillow": "soft", "quiet": true}', written_at, written_at
from hotels
cross join generate_series(0, 19) as g
cross join lateral (
    select timestamptz '2026-01-01 00:00:00+00' + g * interval '1 hour' as written_at,
        (array['Ada Okafor', 'Björn Lindqvist', 'Camille Laurent', 'Daniel Rossi'])[g % 4 + 1] || ' ' || g as name
) as called;

insert into public.messages (
    organization_id, id, conversation_id, sender_type, sender_user_id, content, search_language, words, created_at
)
select
    organization_id, pg_temp.bench_id('message', m),
    pg_temp.bench_id('conversation', hotel * 60 + case when nth % 5 = 4 then 10 + nth / 5 % 50 else (nth % 5 + nth / 5 * 4) % 10 end),
    case when nth % 2 = 0 then 'guest' else 'staff' end,
    case when nth % 2 = 1 then pg_temp.bench_id('user', hotel * 2 + 1) end,
    content, 'en', app.text_words(organization_id, 'en', content), written_at
from generate_series(0, current_setting('bench.messages')::bigint - 1) as m
cross join lateral (
    select m / current_setting('bench.organizations')::bigint as nth,
        timestamptz '2026-02-01 00:00:00+00' + m * interval '1 second' as written_at,
        'Could you book us a car from the airport for Friday at 18:40? We are two adults and one child, number '
            || m / current_setting('bench.organizations')::bigint || '.' as content
) as place
join hotels on hotels.hotel = m % current_setting('bench.organizations')::bigint
order by m;

insert into public.conversations (
    organization_id, id, guest_id, channel, subject, owner_id, last_message_at, activity_at, created_at, updated_at
)
select
    organization_id, id, pg_temp.bench_id('guest', hotel * 20 + c % 20), (array['whatsapp', 'sms', 'email'])[c % 3 + 1],
    'Airport transfer', case when c % 2 = 0 then pg_temp.bench_id('user', hotel * 2 + 1) end, latest, latest, first, latest
from hotels
cross join generate_series(0, 59) as c
cross join lateral (select pg_temp.bench_id('conversation', hotel * 60 + c) as id) as conversation
cross join lateral (
    select min(created_at) as first, max(created_at) as latest
    from public.messages m
    where m.organization_id = hotels.organization_id and m.conversation_id = conversation.id
) as said;

reset session_replication_role;

-- As a trigger does with each hotel that is made: without it no message can be counted, and so none written.
select app.open_usage_everywhere();
