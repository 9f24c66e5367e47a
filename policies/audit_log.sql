-- audit_log: append-only. A hotel's changes file themselves here, by trigger; who
-- holds audit.read may read their own hotel's.
-- Absent on purpose: update and delete, for every role.

select app.policy_reset('public.audit_log');

alter table public.audit_log
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy audit_log_tenant on public.audit_log
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy audit_log_reader on public.audit_log
    for select to stayzr_app
    using (organization_id = (select app.organization_id()) and (select app.has_permission('audit.read')));

-- The author of a record is whoever the sealed context says, never a name given.
create policy audit_log_writer on public.audit_log
    for insert to stayzr_app
    with check (
        organization_id = (select app.organization_id())
        and actor_user_id = coalesce((select app.actor_id()), (select app.user_id()))
    );

grant select (
    organization_id, id, actor_user_id, request_id, action, resource, resource_id, changes, created_at
) on public.audit_log to stayzr_app;
grant insert (actor_user_id, request_id, action, resource, resource_id, changes) on public.audit_log to stayzr_app;
