-- What is shared with whoever asks, or with a team of theirs, and has not run out: to read
-- (a share to write counts as well), or to write. Runs with the caller's rights, under the
-- policies of shares.
--
-- Functions so that the policies can ask as `id in (select app.shared_guest_ids('write'))`,
-- and the lists in scope begin from them: each runs once a statement, when the first row is
-- not in sight by itself, and is looked up in from then on. With the query itself in every
-- policy, and in the policies of the tables they look into, planning and starting a list took
-- several times as long as running it, for who sees the whole hotel too.
-- In plpgsql, which keeps its plan for as long as the connection lives.

create or replace function app.shared_guest_ids(wanted text) returns setof uuid
language plpgsql stable parallel safe rows 100
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select s.guest_id
    from public.shares s
    where s.guest_id is not null
        and (s.user_id = (select app.user_id()) or s.team_id = any ((select app.own_team_ids())::uuid[]))
        and (s.access = wanted or s.access = 'write')
        and (s.expires_at is null or s.expires_at > now());
end
$$;

create or replace function app.shared_conversation_ids(wanted text) returns setof uuid
language plpgsql stable parallel safe rows 100
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select s.conversation_id
    from public.shares s
    where s.conversation_id is not null
        and (s.user_id = (select app.user_id()) or s.team_id = any ((select app.own_team_ids())::uuid[]))
        and (s.access = wanted or s.access = 'write')
        and (s.expires_at is null or s.expires_at > now());
end
$$;

revoke all on function app.shared_guest_ids(text) from public;
revoke all on function app.shared_conversation_ids(text) from public;
grant execute on function app.shared_guest_ids(text) to stayzr_app;
grant execute on function app.shared_conversation_ids(text) to stayzr_app;
