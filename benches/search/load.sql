-- Hotels with messages to search, as an administrator. bench.organizations and bench.messages say how many.
--
-- Every hotel has 50 guests, each with one conversation; an agent owns every tenth. Messages of all hotels arrive in
-- turn, as they would, and each is twelve words, common ones more often than rare ones. In each hotel's messages
-- `breakfast` is in one of three, `towel` in one of 50 and `chandelier` in one of 250.

-- Nothing dangles by construction, and nothing is counted: without this the triggers cost more than the rows.
set session_replication_role = replica;
set jit = off;

insert into public.organizations (slug, name, subscription_tier, subscription_tier_version, subscription_status)
select 'bench-' || o, 'Bench Hotel ' || o, 'enterprise', 1, 'active'
from generate_series(1, current_setting('bench.organizations')::integer) as o;

create temporary table hotels as
select id as organization_id, row_number() over (order by id) - 1 as hotel from public.organizations;
create unique index on hotels (hotel);

insert into public.users (organization_id, id, email, full_name, is_org_admin)
select organization_id, md5('user' || hotel * 2 + u)::uuid, 'user-' || u || '@bench.example', 'User ' || u, u = 0
from hotels cross join generate_series(0, 1) as u;

insert into public.guests (organization_id, id, email, full_name, name_words)
select
    organization_id, md5('guest' || hotel * 50 + g)::uuid, 'guest-' || g || '@example.com', name,
    app.name_words(organization_id, name)
from hotels
cross join generate_series(0, 49) as g
cross join lateral (
    select (array['Ada', 'Björn', 'Camille', 'Daniel', 'Elif'])[g % 5 + 1] || ' '
        || (array['Okafor', 'Lindqvist', 'Laurent', 'Rossi', 'Yilmaz', 'Lovelace', 'Nakamura'])[g % 7 + 1] as name
) as called;

insert into public.conversations (organization_id, id, guest_id, channel, owner_id)
select
    organization_id, md5('conversation' || hotel * 50 + c)::uuid, md5('guest' || hotel * 50 + c)::uuid, 'email',
    case when c % 10 = 0 then md5('user' || hotel * 2 + 1)::uuid end
from hotels cross join generate_series(0, 49) as c;

-- An index that is made at the end takes a fraction of the time.
drop index public.messages_words;

-- A vocabulary whose words are as long as words are; the n-th is used as often as 1 / n of the first.
create temporary table vocabulary as
select n, translate(left(md5('word' || n), 3 + n % 7), '0123456789', 'ghijklmnop') as word
from generate_series(1, 6000) as n;
create unique index on vocabulary (n);

-- What is said, before what is planted in it.
create temporary table sayings as
select s as n, string_agg(v.word, ' ') as text
from generate_series(0, 9999) as s
cross join generate_series(1, 12) as w
cross join lateral (
    select floor(6000 ^ (('x' || left(md5(s || '/' || w), 8))::bit(32)::bigint / 4294967296.0))::integer as n
) as drawn
join vocabulary v on v.n = drawn.n
group by s;
create unique index on sayings (n);
analyze sayings;

insert into public.messages (
    organization_id, id, conversation_id, sender_type, content, search_language, words, created_at
)
select
    organization_id, md5('message' || m)::uuid, md5('conversation' || hotel * 50 + (nth * 7 + nth / 50) % 50)::uuid,
    'guest', content, 'en', app.text_words(organization_id, 'en', content),
    timestamptz '2026-02-01 00:00:00+00' + m * interval '1 second'
from generate_series(0, current_setting('bench.messages')::bigint - 1) as m
join hotels on hotels.hotel = m % current_setting('bench.organizations')::bigint
cross join lateral (select m / current_setting('bench.organizations')::bigint as nth) as place
cross join lateral (
    select concat_ws(
        ' ', 'Hello,', s.text,
        case when nth % 3 = 0 then 'breakfast' end,
        case when nth % 50 = 0 then 'and fresh towels' end,
        case when nth % 250 = 0 then 'under the chandelier' end
    ) as content
    from sayings s
    where s.n = m * 7919 % 10000
) as said
order by m;

-- What the naive search hopes for.
create index bench_messages_text on public.messages using gin (to_tsvector('english', content));
create index messages_words on public.messages using gin (words) with (gin_pending_list_limit = 256);

reset session_replication_role;
