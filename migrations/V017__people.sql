-- Who manages roles manages users: without the one, the other is a way to nowhere, and a
-- role that holds only it would look harmless.
alter table public.roles add constraint roles_manage_alone
    check ('roles.manage' <> all (permissions) or 'users.manage' = any (permissions));

-- Lists of members, whoever joined last first.
create index team_members_newest on public.team_members (organization_id, team_id, created_at desc, user_id desc);
