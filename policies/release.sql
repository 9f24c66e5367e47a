-- Which release's functions and policies are live. The server reads it at start and warns when it is another's.
select app.policy_reset('app.release');

grant select (fingerprint) on app.release to stayzr_app, stayzr_auditor;
-- Up to which migration the record of what was made goes, for whoever compares it with what is live.
grant select (recorded_version) on app.release to stayzr_auditor;
