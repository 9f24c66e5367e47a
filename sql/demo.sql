-- Two demo hotels and the platform, always the same. Runs as an administrator that
-- bypasses row security, in one transaction, on a database that has no such hotels.
-- Every account's password is 'stayzr-demo'.

create function pg_temp.demo_id(name text) returns uuid
language sql immutable
as $$
    select overlay(overlay(md5('stayzr demo ' || name) placing '7' from 13) placing '8' from 17)::uuid
$$;

insert into public.organizations (slug, name, tenant_id, subscription_tier, subscription_status, time_zone, settings)
values
    ('stayzr', 'Stayzr', pg_temp.demo_id('stayzr'), 'enterprise', 'active', 'UTC', '{}'),
    ('grand-plaza', 'Grand Plaza Hotel', pg_temp.demo_id('grand-plaza'), 'enterprise', 'active', 'Europe/Berlin',
        '{"timeZone": "Europe/Berlin", "checkInFrom": "15:00"}'),
    ('sea-breeze', 'Sea Breeze Inn', pg_temp.demo_id('sea-breeze'), 'starter', 'active', 'Europe/Lisbon',
        '{"timeZone": "Europe/Lisbon", "checkInFrom": "14:00"}');

insert into public.users (organization_id, id, email, full_name, is_org_admin, is_super_admin, password_hash)
select
    o.id, pg_temp.demo_id(person.email), person.email, person.full_name, person.is_org_admin, person.is_super_admin,
    '$argon2id$v=19$m=19456,t=2,p=1$c3RheXpyIGRlbW8gc2FsdA$6Rklur2a4jsrHQRo+O+HLvYen/1UndPqD3WRKpxs7fY'
from (
    values
        ('grand-plaza', 'admin@grand-plaza.example', 'Helene Brandt', true, false),
        ('grand-plaza', 'agent@grand-plaza.example', 'Jonas Weber', false, false),
        ('sea-breeze', 'admin@sea-breeze.example', 'Marta Figueira', true, false),
        ('sea-breeze', 'agent@sea-breeze.example', 'Tiago Lopes', false, false),
        ('stayzr', 'super@stayzr.example', 'Robin Keller', true, true)
) as person (slug, email, full_name, is_org_admin, is_super_admin)
join public.organizations o using (slug);

insert into public.user_roles (organization_id, user_id, role_id)
select u.organization_id, u.id, r.id
from public.users u
join public.roles r on r.organization_id = u.organization_id and r.built_in = 'agent'
where not u.is_org_admin;

-- The same travellers are guests of both hotels here and there: what one hotel knows of
-- them the other does not.
create temporary table demo_guests on commit drop as
select
    row_number() over (order by hotel.slug, person.position) as number, hotel.slug, o.id as organization_id,
    person.full_name, person.language, person.country,
    pg_temp.demo_id(hotel.slug || '/guest/' || person.position) as id, person.position,
    lower(replace(translate(person.full_name, 'áäåçéèêíñóöôøúüŁł', 'aaaceeeinooooUUll'), ' ', '.')) || '@example.com' as email
from (values ('grand-plaza'), ('sea-breeze')) as hotel (slug)
join public.organizations o using (slug)
cross join (
    values
        (1, 'Ada Okafor', 'en', '+447700900'), (2, 'Björn Lindqvist', 'sv', '+467010000'),
        (3, 'Camille Laurent', 'fr', '+336998100'), (4, 'Daniel Rossi', 'it', '+393310000'),
        (5, 'Elif Yilmaz', 'tr', '+905320000'), (6, 'Fatima Haddad', 'fr', '+212661000'),
        (7, 'George Papadakis', 'el', '+306940000'), (8, 'Hannah Schmidt', 'de', '+491511000'),
        (9, 'Inês Carvalho', 'pt', '+351912000'), (10, 'James Whitaker', 'en', '+447700901'),
        (11, 'Katarzyna Nowak', 'pl', '+486010000'), (12, 'Liam Murphy', 'en', '+353851000'),
        (13, 'Mei Tanaka', 'ja', '+819012000'), (14, 'Noah van Dijk', 'nl', '+316120000'),
        (15, 'Olga Petrenko', 'uk', '+380501000'), (16, 'Priya Raman', 'en', '+919810000'),
        (17, 'Quentin Dubois', 'fr', '+336998101'), (18, 'Rosa Delgado', 'es', '+346110000'),
        (19, 'Sven Aaltonen', 'fi', '+358401000'), (20, 'Thandi Mokoena', 'en', '+278210000'),
        (21, 'Ulrike Baumann', 'de', '+491511001'), (22, 'Viktor Hansen', 'da', '+452010000'),
        (23, 'Wen Li', 'zh', '+861381000'), (24, 'Yara Costa', 'pt', '+351912001')
) as person (position, full_name, language, country)
where hotel.slug = 'grand-plaza' or person.position <= 18;

insert into public.guests (organization_id, id, email, phone, full_name, language, notes, preferences, created_at, updated_at)
select
    organization_id, id,
    case when position % 5 <> 4 then email end,
    case when position % 3 <> 1 or position % 5 = 4 then country || lpad(position::text, 3, '0') end,
    full_name, language,
    (array['Arrives late.', 'Returning guest, likes the corner room.', null, 'Travels with a small dog.', null, 'Anniversary trip.'])[position % 6 + 1],
    (array['{"pillow": "soft"}', '{"floor": "high", "quiet": true}', '{}', '{"diet": "vegetarian"}'])[position % 4 + 1]::jsonb,
    timestamptz '2026-05-01 09:00:00+00' + number * interval '7 hours',
    timestamptz '2026-05-01 09:00:00+00' + number * interval '7 hours'
from demo_guests;

-- One conversation a guest, in turn on each channel of the hotel's plan; its messages follow one of six scripts.
-- On a plan without aiAutomation somebody answers.
create temporary table demo_messages on commit drop as
select
    g.organization_id, g.slug, g.id as guest_id, g.position,
    pg_temp.demo_id(g.slug || '/conversation/' || g.position) as conversation_id,
    script.subject,
    case when g.slug = 'sea-breeze' and line.sender_type = 'ai' then 'staff' else line.sender_type end as sender_type,
    line.content, line.line,
    timestamptz '2026-06-01 08:00:00+00' + g.number * interval '5 hours' + line.line * interval '4 minutes' as written_at
from demo_guests g
join (
    values
        (0, 'Late arrival'), (1, 'Breakfast'), (2, 'Airport transfer'), (3, 'Room change'), (4, 'Invoice'), (5, 'Lost item')
) as script (number, subject) on script.number = g.position % 6
join (
    values
        (0, 1, 'guest', 'Our flight is delayed and we will only be there around midnight. Is that a problem?'),
        (0, 2, 'ai', 'Not at all, the reception is open all night. Shall we keep a cold supper in your room?'),
        (0, 3, 'guest', 'That would be lovely, thank you!'),
        (0, 4, 'staff', 'Done. Safe travels, and call us if anything changes.'),
        (1, 1, 'guest', 'Until when is breakfast served on Sundays?'),
        (1, 2, 'staff', 'From 7 to 11 on Sundays, on the terrace when the weather allows.'),
        (1, 3, 'guest', 'Perfect. Do you have oat milk?'),
        (1, 4, 'staff', 'We do, and soy as well.'),
        (2, 1, 'guest', 'Could you book us a car from the airport for Friday at 18:40?'),
        (2, 2, 'staff', 'Gladly. How many of you, and how much luggage?'),
        (2, 3, 'guest', 'Two adults, one child, three suitcases.'),
        (2, 4, 'staff', 'A van will wait at arrivals with your name on a sign. We have a child seat for you.'),
        (3, 1, 'guest', 'The street is quite loud at night. Is a room to the courtyard free?'),
        (3, 2, 'staff', 'I am sorry about that. There is one on the third floor, ready at noon.'),
        (3, 3, 'guest', 'We will take it.'),
        (4, 1, 'guest', 'Please send the invoice to my company, not to me.'),
        (4, 2, 'staff', 'Of course. May I have the company name and its VAT number?'),
        (4, 3, 'guest', 'Northwind Trading, DE 999 999 999.'),
        (4, 4, 'staff', 'The corrected invoice is on its way.'),
        (5, 1, 'guest', 'I think I left a blue scarf in the room.'),
        (5, 2, 'staff', 'Housekeeping found it. Shall we post it to you?'),
        (5, 3, 'guest', 'Yes please! To the address of the booking.')
) as line (script, line, sender_type, content) on line.script = script.number;

insert into public.conversations (
    organization_id, id, guest_id, channel, status, subject, owner_id, last_message_at, activity_at, created_at, updated_at
)
select
    organization_id, conversation_id, guest_id,
    case when slug = 'sea-breeze' then 'email' else (array['whatsapp', 'sms', 'email'])[position % 3 + 1] end,
    (array['open', 'pending', 'closed', 'open'])[position % 4 + 1],
    subject,
    case when position % 2 = 0 then pg_temp.demo_id('agent@' || slug || '.example') end,
    max(written_at), max(written_at), min(written_at), max(written_at)
from demo_messages
group by organization_id, slug, conversation_id, guest_id, position, subject;

insert into public.messages (
    organization_id, id, conversation_id, sender_type, sender_user_id, content, created_at
)
select
    organization_id, pg_temp.demo_id(slug || '/message/' || position || '/' || line), conversation_id, sender_type,
    case when sender_type = 'staff' then pg_temp.demo_id('agent@' || slug || '.example') end,
    content, written_at
from demo_messages;
