-- After a move was killed and `stayzr migrate` put this back: the owner reads on.
alter table public.messages no force row level security;
