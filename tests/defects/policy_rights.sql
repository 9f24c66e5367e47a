-- Defect: a helper the service may not call
-- At: app.sees_all()
revoke execute on function app.sees_all() from stayzr_app;

-- Defect: a column it may not read
-- At: public.conversations.team_id
revoke select (team_id) on public.conversations from stayzr_app;
