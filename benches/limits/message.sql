\set n random(1, 1000)
insert into public.messages (organization_id, id, conversation_id, sender_type, content) values (1, gen_random_uuid(), md5(:n::text)::uuid, 'guest', 'Is the pool open on Sundays, and until when?');
