-- attachments: members read those of the messages they see, and with messages.send add them to
-- messages of their own hotel that they see.
-- Absent on purpose: update, and delete: what was said stays said, with what came with it.

select app.policy_reset('public.attachments');

alter table public.attachments
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy attachments_tenant on public.attachments
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy attachments_reader on public.attachments
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (
            (select app.sees_all())
            or (
                select m.id from public.messages m
                where m.organization_id = attachments.organization_id and m.id = attachments.message_id
            ) is not null
        )
    );

create policy attachments_sender on public.attachments
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('messages.send'))
        and (
            select m.id from public.messages m
            where m.organization_id = attachments.organization_id and m.id = attachments.message_id
        ) is not null
    );

grant select (organization_id, id, message_id, file_name, media_type, size_bytes, sha256, created_at)
    on public.attachments to stayzr_app;
grant insert (message_id, file_name, media_type, size_bytes, sha256) on public.attachments to stayzr_app;

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger attachments_audit_visit
    after insert or update or delete on public.attachments
    for each row when (app.actor_id() is not null)
    execute function app.audit_change();

-- What a hotel stores, in bytes.
grant select (organization_id, size_bytes) on public.attachments to stayzr_meter;

create or replace trigger attachments_usage_added
    after insert on public.attachments
    referencing new table as rows
    for each statement execute function app.count_attachments();

create or replace trigger attachments_usage_removed
    after delete on public.attachments
    referencing old table as rows
    for each statement execute function app.count_attachments();

create or replace trigger attachments_usage_changed
    after update of size_bytes on public.attachments
    for each row when (old.size_bytes <> new.size_bytes)
    execute function app.count_attachments();
