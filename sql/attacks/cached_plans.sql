-- ATK028 plans made for another hotel
-- What: a statement is planned and run for the rival eight times, in its true context, and then in one's own; once with
--     plans for each run and once with one plan for all.
-- Why: a plan that remembers for whom it was made shows one hotel another's rows (an immutable helper in a policy
--     does).
-- Expected: own rows only. The rival's rows are read in the rival's own context, and not shown.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: each way to plan
-- expect: own rows
select format(
    E'-- %s\nselect set_config(''plan_cache_mode'', %1$L, true); %s', mode,
    $statement$
do $plans$
declare
    whole record;
    found integer;
    own constant text := current_setting('app.context');
begin
    for round in 1..8 loop
        perform set_config('app.context', current_setting('attack.rival_context'), true);
        for whole in select 1 from generate_series(1, 2) loop
            select g.organization_id into found from public.guests g limit 1;
            if found is distinct from app.claimed_organization_id() then
                raise exception 'round %: % instead of %', round, found, app.claimed_organization_id()
                    using errcode = 'ZA001';
            end if;
            perform set_config('app.context', own, true);
        end loop;
    end loop;
end
$plans$;
select organization_id from public.guests
$statement$
)
from unnest(array['auto', 'force_generic_plan', 'force_custom_plan']) as mode
\gexec
