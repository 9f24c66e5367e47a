-- Puts a new record at the end of its hotel's chain. The row of app.audit_heads is locked
-- until the transaction ends, so a hotel's records come one after the other, without a gap:
-- a transaction that rolls back gives its places back.
--
-- Runs with its owner's rights, because nobody else may touch the heads; whatever a
-- caller wrote into the three columns is replaced.

create or replace function app.audit_chain() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    head app.audit_heads;
begin
    loop
        -- Waits for whoever of the hotel is before us, and goes on from what they left. One statement, because a
        -- transaction walks past every version of the row it has made.
        update app.audit_heads h
        set sequence = h.sequence + 1,
            previous_hash = h.hash,
            hash = app.audit_hash(
                h.hash, new.organization_id, h.sequence + 1, new.id, new.created_at, new.actor_user_id, new.actor_kind,
                new.api_key_id, new.grant_id, new.address, new.request_id, new.action, new.resource, new.resource_id,
                new.reason, new.outcome, new.changes
            )
        where h.organization_id = new.organization_id
        returning * into head;
        exit when found;
        -- The first two records of a hotel at once: the second waits here for the first.
        insert into app.audit_heads (organization_id) values (new.organization_id) on conflict do nothing;
    end loop;

    new.sequence := head.sequence;
    new.previous_hash := head.previous_hash;
    new.hash := head.hash;
    return new;
end
$$;

revoke all on function app.audit_chain() from public;
