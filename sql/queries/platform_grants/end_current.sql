-- Ends the grant this request visits by.
update platform_grants
set ended_at = coalesce(ended_at, now())
where id = app.grant_id()
returning id
