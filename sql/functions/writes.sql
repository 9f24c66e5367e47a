-- Whether whoever asks may write a guest or a conversation: one of the two is named. Runs
-- with the caller's rights, and a row that is locked has to pass the update policy as well
-- as the select policy, so it is those policies that answer and no copy of them here. The
-- lock is the one the foreign key takes anyway: nobody archives a row away meanwhile, and
-- whoever reassigns it waits for nobody.
--
-- A function and not an expression of the policies that call it: those of shares. The
-- policies of conversations and guests look into shares, and would go in a circle.

create or replace function app.writes(guest uuid, conversation uuid) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if guest is not null then
        perform from public.guests where id = guest for key share;
    else
        perform from public.conversations where id = conversation for key share;
    end if;
    return found;
end
$$;

revoke all on function app.writes(uuid, uuid) from public;
grant execute on function app.writes(uuid, uuid) to stayzr_app;
