-- What one changed row leaves in the audit log, in the transaction of the change.
--
-- A member's change is a record of its own, filed under the member's hotel by the column
-- default; the caller's rights write it, so it cannot name another. A super admin's request
-- leaves exactly one record, written at its end by app.record_access: here its changes are
-- only noted, in a setting that lasts as long as the transaction. Either may have gone through app.change_subscription,
-- which runs as stayzr_billing and is asked by nobody but them. A DBA by hand has no
-- context; the record goes to the hotel of the row.

-- The fields that differ, each with what it was and what it is. Secrets show as changed and
-- never as what they are; what follows from other columns does not show at all.
create or replace function app.audit_difference(before jsonb, after jsonb) returns jsonb
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(key, case
        when key ~ '(^|_)hash$|password|secret|token' then '{"before": "***", "after": "***"}'
        else jsonb_build_object('before', before -> key, 'after', after -> key)
    end), '{}')
    from jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) as key
    where before -> key is distinct from after -> key
        and key not in ('version', 'updated_at', 'search_languages_before') and key !~ '_folded$|^(name_)?words$'
        -- A new row has its secrets, as everybody knows, and a gone one had.
        and (before is not null and after is not null or key !~ '(^|_)hash$|password|secret|token')
$$;

create or replace function app.audit_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Past this a change says which row it was and not what changed.
    pending_bytes_max constant integer := 65536;
    -- And then how many more there were.
    pending_listed_bytes_max constant integer := 2 * pending_bytes_max;
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    subject jsonb := coalesce(after, before);
    verb text := case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end;
    changes jsonb := app.audit_difference(before, after);
    subject_id text := subject ->> 'id';
    pending text;
    noted jsonb;
    acting text := current_user;
begin
    -- From PostgreSQL 18 on, a row that goes with the one it refers to is told of as its table's owner, whoever deleted
    -- that one. No function of the owner's deletes in a member's context.
    if acting = 'stayzr_owner' and app.user_id() is not null then
        acting := case session_user when 'stayzr_platform' then 'stayzr_platform' else 'stayzr_app' end;
    end if;

    -- A row without an id goes by the rest of its key: team and user, user and role.
    if subject_id is null then
        select string_agg(subject ->> a.attname, '/' order by k.place)
        into subject_id
        from pg_index i
        cross join unnest(i.indkey) with ordinality as k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indrelid = tg_relid and i.indisprimary and a.attname <> 'organization_id';
    end if;

    if acting not in ('stayzr_app', 'stayzr_platform', 'stayzr_billing') or (
        acting = 'stayzr_platform' and app.actor_id() is null and app.user_id() is null
    ) then
        insert into public.audit_log (organization_id, actor_kind, action, resource, resource_id, changes)
        values (
            coalesce(subject ->> 'organization_id', subject ->> 'id')::integer, 'administrator',
            tg_table_name || '_' || verb, tg_table_name, subject_id, changes
        );
    elsif acting = 'stayzr_platform' or app.actor_id() is not null then
        -- Joined as text, which costs a copy; read as jsonb each time, a thousand changes would take seconds.
        pending := coalesce(nullif(current_setting('app.pending_changes', true), '') || ',', '');
        noted := jsonb_build_object('table', tg_table_name, 'operation', verb, 'id', subject_id, 'changes', changes);
        if octet_length(pending) + octet_length(noted::text) > pending_bytes_max then
            noted := noted - 'changes';
        end if;
        if octet_length(pending) + octet_length(noted::text) > pending_listed_bytes_max then
            perform set_config(
                'app.pending_omitted',
                (coalesce(nullif(current_setting('app.pending_omitted', true), ''), '0')::integer + 1)::text,
                true
            );
        else
            perform set_config('app.pending_changes', pending || noted::text, true);
        end if;
    else
        insert into public.audit_log (
            actor_user_id, actor_kind, api_key_id, address, request_id, action, resource, resource_id, changes
        ) values (
            app.user_id(), case when app.api_key_id() is null then 'user' else 'api_key' end, app.api_key_id(),
            app.address(), app.request_id(),
            tg_table_name || '_' || verb, tg_table_name, subject_id, changes
        );
    end if;
    return null;
end
$$;

revoke all on function app.audit_difference(jsonb, jsonb) from public;
revoke all on function app.audit_change() from public;
grant execute on function app.audit_difference(jsonb, jsonb) to stayzr_app, stayzr_platform, stayzr_billing;
