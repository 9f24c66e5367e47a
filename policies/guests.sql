-- guests: members work with the guests in their data scope: of the whole hotel, their own,
-- those of the teams the scope expands to, and what is shared with them or with a team of
-- theirs, whatever the scope. Who sees a conversation also sees its guest, or would not know
-- whom they answer; that alone lets nobody change the guest. Writing takes guests.write, and
-- where a share is what shows the guest, one to write.
-- What reading asks is in sql/functions/sight.sql, and why there; writing spells it out.
-- A conversation is asked for as a value and not with `exists`: that one the planner may turn
-- into a table of every conversation of the hotel.
-- The shape of the policies is that of conversations; a new row has no shares yet. A row that
-- would leave the writer's own sight stays as it was: what may be written is checked of the
-- row as it was and as it is to be.
-- Absent on purpose: the right to delete. A guest is archived (archived_at), because
-- conversations point at it; the policy is there for whoever grants it one day.

select app.policy_reset('public.guests');

alter table public.guests
    alter column organization_id set default app.organization_id(),
    alter column id set default app.uuid_v7();

create policy guests_tenant on public.guests
    as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

create policy guests_reader on public.guests
    for select to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (
            (select app.sees_all())
            or app.sees_guest(id, owner_id, team_id)
            or (
                select c.id from public.conversations c
                where c.organization_id = guests.organization_id and c.guest_id = guests.id
                limit 1
            ) is not null
        )
    );

create policy guests_writer_create on public.guests
    for insert to stayzr_app
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('guests.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
        )
    );

create policy guests_writer_update on public.guests
    for update to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('guests.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_guest_ids('write'))
        )
    )
    with check (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('guests.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_guest_ids('write'))
        )
    );

create policy guests_writer_delete on public.guests
    for delete to stayzr_app
    using (
        organization_id = (select app.claimed_organization_id())
        and (select app.has_permission('guests.write'))
        and (
            (select app.sees_all())
            or owner_id = (select app.user_id())
            or team_id = any ((select app.team_ids())::uuid[])
            or id in (select app.shared_guest_ids('write'))
        )
    );

grant select (
    organization_id, id, email, email_folded, phone, full_name, full_name_folded, name_words, language, notes,
    preferences, owner_id, team_id, archived_at, created_at, updated_at, version
) on public.guests to stayzr_app;
grant insert (email, phone, full_name, language, notes, preferences, owner_id, team_id) on public.guests to stayzr_app;
grant update (
    email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at
) on public.guests to stayzr_app;

-- Whether somebody asked for another hotel's row.
grant select (organization_id, id) on public.guests to stayzr_platform;

create or replace trigger guests_touch
    before update on public.guests
    for each row execute function app.touch();

-- What a super admin changes on a visit goes into the visit's record; a member's change does not.
create or replace trigger guests_audit_visit
    after insert or update or delete on public.guests
    for each row when (app.actor_id() is not null)
    execute function app.audit_change();

-- Whether somebody who is to be deleted owns any, whoever asks; and what a search finds, by what, for whom.
grant select (
    organization_id, id, name_words, email_folded, phone, full_name_folded, language, owner_id, team_id, archived_at,
    created_at
) on public.guests to stayzr_lookup;

create or replace trigger guests_words
    before insert or update of full_name on public.guests
    for each row execute function app.guest_words();

create or replace trigger guests_owner_there
    after insert or update of owner_id on public.guests
    for each row
    when (new.owner_id is not null)
    execute function app.user_is_there('owner_id', 'guests_owner_unknown');

-- How many guests a hotel has: those who are archived do not count.
grant select (organization_id, archived_at) on public.guests to stayzr_meter;

create or replace trigger guests_usage_added
    after insert on public.guests
    referencing new table as rows
    for each statement execute function app.count_guests();

create or replace trigger guests_usage_removed
    after delete on public.guests
    referencing old table as rows
    for each statement execute function app.count_guests();

create or replace trigger guests_usage_changed
    after update of archived_at on public.guests
    for each row when ((old.archived_at is null) <> (new.archived_at is null))
    execute function app.count_guests();
