-- JSON Merge Patch (RFC 7396): members of the patch replace those of the target,
-- null removes, objects merge all the way down.

create or replace function app.merge_patch(target jsonb, patch jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    result jsonb;
    member record;
begin
    if jsonb_typeof(patch) <> 'object' then
        return patch;
    end if;

    result := case when jsonb_typeof(target) = 'object' then target else '{}'::jsonb end;
    for member in select key, value from jsonb_each(patch)
    loop
        if member.value = 'null'::jsonb then
            result := result - member.key;
        else
            result := result || jsonb_build_object(member.key, app.merge_patch(result -> member.key, member.value));
        end if;
    end loop;
    return result;
end
$$;

revoke all on function app.merge_patch(jsonb, jsonb) from public;
grant execute on function app.merge_patch(jsonb, jsonb) to stayzr_app;
