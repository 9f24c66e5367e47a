-- ATK010 references to the rival's rows
-- What: rows of one's own that refer to the rival's, by every insert and update that takes an id.
-- Why: as for foreign keys, and with what a request may do: triggers and functions are asked as well.
-- Expected: refused, in the same words as for an id that nobody has.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempt: a conversation of the rival's guest
-- expect: refused 23503
insert into conversations (guest_id, channel) values (:'rival_guest', 'email');

-- attempt: a message in the rival's conversation
-- expect: refused 23503 42501
insert into messages (conversation_id, sender_type, content) values (:'rival_conversation', 'guest', 'X');

-- attempt: an attachment of the rival's message
-- expect: refused 23503 42501
insert into attachments (message_id, file_name, media_type, size_bytes, sha256)
values (:'rival_message', 'x', 'text/plain', 1, decode(repeat('00', 32), 'hex'));

-- attempt: a guest of the rival's colleague
-- expect: refused 23503
update guests set owner_id = :'rival_user' where id = :'own_guest';

-- attempt: a guest of the rival's team
-- expect: refused 23503
update guests set team_id = :'rival_team' where id = :'own_guest';

-- attempt: a conversation of the rival's colleague
-- expect: refused 23503
update conversations set owner_id = :'rival_user' where id = :'own_conversation';

-- attempt: the rival's colleague in a team
-- expect: refused 23503
insert into team_members (team_id, user_id) values (:'own_team', :'rival_user');

-- attempt: oneself in the rival's team
-- expect: refused 23503
insert into team_members (team_id, user_id) values (:'rival_team', :'own_user');

-- attempt: the rival's role for oneself
-- expect: refused 23503
insert into user_roles (user_id, role_id) values (:'own_user', :'rival_role');

-- attempt: one's guest, shared with the rival's colleague
-- expect: refused 23503
insert into shares (guest_id, user_id, access) values (:'own_guest', :'rival_user', 'write');

-- attempt: the rival's guest, shared with oneself
-- expect: refused 23503 42501
insert into shares (guest_id, user_id, access) values (:'rival_guest', :'own_user', 'write');

-- attempt: a team of the rival's department
-- expect: refused 23503
insert into teams (name, department_id) values ('X', :'rival_department');

-- attempt: a refresh token of the rival's session
-- expect: refused 23503
insert into refresh_tokens (hash, session_id) values (decode(repeat('00', 32), 'hex'), :'rival_session');

-- attempt: an invitation to the rival's team
-- expect: refused 23503
insert into invitations (id, email, hash, expires_at, team_id)
values (gen_random_uuid(), 'x@x.example', decode(repeat('00', 32), 'hex'), now() + interval '1 hour', :'rival_team');
