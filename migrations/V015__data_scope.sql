-- Who takes care of a guest, as conversations have it already. Nobody does of those there are: who sees the whole
-- hotel sees them, and who answers one of their conversations.
alter table public.guests
    add column owner_id uuid,
    add column team_id uuid,
    add constraint guests_owner_unknown foreign key (organization_id, owner_id)
        references public.users (organization_id, id),
    add constraint guests_team_unknown foreign key (organization_id, team_id)
        references public.teams (organization_id, id);

-- Until now no team was there to point at, and nobody could write the column.
alter table public.conversations
    add constraint conversations_team_unknown foreign key (organization_id, team_id)
        references public.teams (organization_id, id);

-- What one sees is found from its owner and its team, in the order of each list that looks for it there;
-- conversations_by_owner is there already.
create index conversations_by_team on public.conversations (organization_id, team_id, activity_at desc, id desc);
create index conversations_by_owner_newest
    on public.conversations (organization_id, owner_id, created_at desc, id desc);
create index conversations_by_team_newest on public.conversations (organization_id, team_id, created_at desc, id desc);
create index guests_by_owner on public.guests (organization_id, owner_id, created_at desc, id desc);
create index guests_by_team on public.guests (organization_id, team_id, created_at desc, id desc);
create index guests_by_owner_name on public.guests (organization_id, owner_id, full_name_folded, id);
