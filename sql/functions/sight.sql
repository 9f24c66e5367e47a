-- Whether a guest or a conversation is in the sight of whoever asks, whose data scope is not
-- the whole hotel: their own, of a team their scope expands to, or shared with them or with
-- a team of theirs, to read or to write. Runs with the caller's rights, under the policies of
-- shares.
--
-- Functions so that the policies of guests, conversations and messages ask as
-- `(select app.sees_all()) or app.sees_guest(…)`: who sees the whole hotel never calls them
-- and pays nothing for what stands in them. With the same conditions in every policy, and in
-- those of the tables the policies look into, a list took 30 steps to start that never ran, a
-- sixth of its time. They run once for each row that is not the whole hotel's to see, of the
-- few that the lists in scope have cut out before; the row's owner is compared first.
-- In plpgsql, which keeps its plan for as long as the connection lives.

create or replace function app.sees_guest(guest uuid, owner uuid, team uuid) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if owner = app.user_id() or team = any (app.team_ids()) then
        return true;
    end if;
    return exists (
        select from public.shares s
        where s.guest_id = guest
            and (s.user_id = (select app.user_id()) or s.team_id = any ((select app.own_team_ids())::uuid[]))
            and (s.expires_at is null or s.expires_at > now())
    );
end
$$;

create or replace function app.sees_conversation(conversation uuid, owner uuid, team uuid) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if owner = app.user_id() or team = any (app.team_ids()) then
        return true;
    end if;
    return exists (
        select from public.shares s
        where s.conversation_id = conversation
            and (s.user_id = (select app.user_id()) or s.team_id = any ((select app.own_team_ids())::uuid[]))
            and (s.expires_at is null or s.expires_at > now())
    );
end
$$;

revoke all on function app.sees_guest(uuid, uuid, uuid) from public;
revoke all on function app.sees_conversation(uuid, uuid, uuid) from public;
grant execute on function app.sees_guest(uuid, uuid, uuid) to stayzr_app;
grant execute on function app.sees_conversation(uuid, uuid, uuid) to stayzr_app;
