-- Lists of members, whoever joined last first.
create index team_members_newest on public.team_members (organization_id, team_id, created_at desc, user_id desc);
