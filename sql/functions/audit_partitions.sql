-- Makes the audit log's partitions for this month and the next twelve, and names those it
-- made. `stayzr migrate` calls it, and so does the server, day by day.
--
-- Runs with its owner's rights: a partition is a table, and the roles that log in make none.

create or replace function app.make_audit_partitions() returns setof text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
declare
    begins timestamp;
    name text;
begin
    -- Two at once: the second finds them made. Its own namespace of advisory locks.
    perform pg_advisory_xact_lock(hashtext('app.make_audit_partitions'), 0);
    for begins in
        select date_trunc('month', now() at time zone 'UTC') + make_interval(months => month)
        from generate_series(0, 12) as month
    loop
        name := to_char(begins, '"audit_log_"YYYY_MM');
        continue when to_regclass('app.' || name) is not null;
        begin
            execute format(
                'create table app.%I partition of public.audit_log for values from (%L) to (%L)',
                name,
                to_char(begins, 'YYYY-MM-DD 00:00:00+00'), to_char(begins + interval '1 month', 'YYYY-MM-DD 00:00:00+00')
            );
            execute format('alter table app.%I enable row level security', name);
            execute format('alter table app.%I force row level security', name);
            return next name;
        exception
            when check_violation then
                -- Nobody made it in time. The records are as safe there, and stay.
                raise warning 'records of % are in app.audit_log_default already: it keeps that month', name;
        end;
    end loop;
end
$$;

revoke all on function app.make_audit_partitions() from public;
grant execute on function app.make_audit_partitions() to stayzr_platform;
