-- A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then random
-- bits, so that new rows land side by side in their indexes. PostgreSQL has its own
-- from version 18 on; this one serves every version Stayzr runs on.

create or replace function app.uuid_v7() returns uuid
language sql volatile parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid
$$;

revoke all on function app.uuid_v7() from public;
grant execute on function app.uuid_v7() to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
