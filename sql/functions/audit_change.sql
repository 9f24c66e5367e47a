-- Writes one row of audit_log for one changed row, in the transaction of the change.
-- Runs with the rights of whoever changes: stayzr_app files it under its own hotel by
-- the column default and cannot name another; a DBA by hand files it under the row's.

create or replace function app.audit_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    secret constant text[] := array['password_hash', 'hash', 'email_folded', 'full_name_folded', 'version', 'updated_at'];
    before jsonb := case when tg_op = 'INSERT' then '{}'::jsonb else to_jsonb(old) - secret end;
    after jsonb := case when tg_op = 'DELETE' then '{}'::jsonb else to_jsonb(new) - secret end;
    subject jsonb := case when tg_op = 'DELETE' then before else after end;
    action text := tg_table_name || '_' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end;
    changes jsonb;
begin
    select coalesce(jsonb_object_agg(key, jsonb_build_object('before', before -> key, 'after', after -> key)), '{}')
    into changes
    from (select jsonb_object_keys(before || after)) as field (key)
    where before -> key is distinct from after -> key;

    -- A new password shows as changed; what it was or is does not.
    if tg_op = 'UPDATE' and tg_table_name = 'users'
        and to_jsonb(old) -> 'password_hash' is distinct from to_jsonb(new) -> 'password_hash'
    then
        changes := changes || '{"password": {"before": "***", "after": "***"}}';
    end if;

    if current_user = 'stayzr_app' then
        insert into public.audit_log (actor_user_id, request_id, action, resource, resource_id, changes)
        values (
            coalesce(app.actor_id(), app.user_id()), nullif(current_setting('app.request_id', true), ''),
            action, tg_table_name, subject ->> 'id', changes
        );
    else
        insert into public.audit_log (organization_id, action, resource, resource_id, changes)
        values (
            coalesce(subject ->> 'organization_id', subject ->> 'id')::integer,
            action, tg_table_name, subject ->> 'id', changes
        );
    end if;
    return null;
end
$$;

revoke all on function app.audit_change() from public;
