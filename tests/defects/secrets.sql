-- Defect: half a seal key
-- At: app.seal_keys
grant select (inner_pad) on app.seal_keys to stayzr_platform;

-- Defect: hashes of passwords
-- At: public.users.password_hash
grant select (password_hash) on public.users to stayzr_app;

-- Defect: hashes of invitations
-- At: public.invitations.hash
grant select (hash) on public.invitations to stayzr_app;

-- Defect: hashes of keys
-- At: public.api_keys.hash
grant select (hash) on public.api_keys to stayzr_platform;
