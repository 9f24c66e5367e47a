-- Writes the one record of a super admin's request, at its end and in its transaction:
-- what was done, why, and what changed by it (noted by app.audit_change meanwhile). If it
-- cannot be written, nothing of the request holds. A member's read that belongs in the log,
-- such as an export, goes the same way.
--
-- A visit to a hotel runs as stayzr_app, and the record is that hotel's. Work across hotels
-- runs as stayzr_platform and names the hotel it is about; that role bypasses the policies,
-- so the seal is verified here before anybody is named.

create or replace function app.record_access(
    action text,
    resource text,
    resource_id text,
    organization integer default null,
    reason text default null,
    outcome text default 'done'
) returns void
language plpgsql volatile security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    home constant integer := app.organization_id();
    across constant boolean := current_user = 'stayzr_platform';
    pending constant text := nullif(current_setting('app.pending_changes', true), '');
    omitted constant text := nullif(current_setting('app.pending_omitted', true), '');
    actor constant uuid := coalesce(app.actor_id(), app.user_id());
    kind constant text := case
        when across or app.actor_id() is not null then 'super_admin'
        when app.api_key_id() is not null then 'api_key'
        else 'user'
    end;
    address constant text := app.address();
    request constant text := app.request_id();
    changes jsonb := '{}';
begin
    if pending is not null then
        changes := jsonb_build_object('changes', format('[%s]', pending)::jsonb);
    end if;
    if omitted is not null then
        changes := changes || jsonb_build_object('omitted', omitted::integer);
    end if;

    if across then
        insert into public.audit_log (
            organization_id, actor_user_id, actor_kind, grant_id, address, request_id, action, resource, resource_id,
            reason, outcome, changes
        ) values (
            coalesce(organization, home), actor, kind, app.grant_id(), address, request, action, resource, resource_id,
            reason, outcome, changes
        );
    elsif organization is not null then
        raise exception 'a hotel''s record is filed under the hotel of the context, and names none'
            using errcode = 'insufficient_privilege';
    else
        insert into public.audit_log (
            actor_user_id, actor_kind, api_key_id, grant_id, address, request_id, action, resource, resource_id,
            reason, outcome, changes
        ) values (
            actor, kind, app.api_key_id(), app.grant_id(), address, request, action, resource, resource_id,
            reason, outcome, changes
        );
    end if;

    -- Recorded once: what changes after this is of the next record.
    perform set_config('app.pending_changes', '', true), set_config('app.pending_omitted', '', true);
end
$$;

revoke all on function app.record_access(text, text, text, integer, text, text) from public;
grant execute on function app.record_access(text, text, text, integer, text, text) to stayzr_app, stayzr_platform;
