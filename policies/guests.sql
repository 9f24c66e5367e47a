-- guests: members work with the guests of their own hotel.
-- Absent on purpose: delete. A guest is archived (archived_at), because conversations
-- point at it.

select app.policy_reset('public.guests');

alter table public.guests
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy guests_tenant on public.guests
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy guests_member on public.guests
    for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

grant select (
    organization_id, id, email, email_folded, phone, full_name, full_name_folded, language, notes, preferences,
    archived_at, created_at, updated_at, version
) on public.guests to stayzr_app;
grant insert (email, phone, full_name, language, notes, preferences) on public.guests to stayzr_app;
grant update (email, phone, full_name, language, notes, preferences, archived_at) on public.guests to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.guests to stayzr_platform;

create or replace trigger guests_touch
    before update on public.guests
    for each row execute function app.touch();

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger guests_audit_visit
    after insert or update or delete on public.guests
    for each row when (current_setting('app.actor_id', true) <> '')
    execute function app.audit_change();
