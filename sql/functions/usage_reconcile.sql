-- Recounts what a hotel uses from the rows, and with fix writes what was found. Nobody takes
-- or gives back meanwhile: rows that are written and not yet counted belong to transactions
-- that are not committed, and are seen by neither side.
--
-- Only differences are returned: of every resource now, and of messages in each period that
-- is over and on record.

create or replace function app.reconcile_usage(organization integer, fix boolean)
returns table (resource text, period_start timestamptz, recorded bigint, counted bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    wanted text;
begin
    foreach wanted in array array['conversations', 'guests', 'messages', 'storage', 'users'] loop
        perform pg_advisory_xact_lock(app.usage_lock(organization, wanted, 'settling'));
        perform pg_advisory_xact_lock(app.usage_lock(organization, wanted, 'counting'));
    end loop;

    for resource, period_start, recorded, counted in
        select u.resource, u.period_start, u.used, app.recount(organization, u.resource, u.period_start, u.period_end)
        from public.feature_usage u
        where u.organization_id = organization and (u.is_open or u.resource = 'messages')
        order by u.resource, u.period_start
    loop
        continue when recorded = counted;
        return next;
        if fix then
            update public.usage_slots s
            set used = s.used + case s.slot when 0 then counted - recorded else 0 end, spare = 0
            from public.usage_counters c
            where c.organization_id = organization and c.resource = reconcile_usage.resource
                and c.period_start = reconcile_usage.period_start
                and s.organization_id = organization and s.resource = c.resource;
            update public.usage_periods p
            set used = counted
            where p.organization_id = organization and p.resource = reconcile_usage.resource
                and p.resource = 'messages' and p.period_start = reconcile_usage.period_start;
        end if;
    end loop;
end
$$;

alter function app.reconcile_usage(integer, boolean) owner to stayzr_meter;
revoke all on function app.reconcile_usage(integer, boolean) from public;
grant execute on function app.reconcile_usage(integer, boolean) to stayzr_platform;
