-- Which release's functions and policies are live. The server reads it at start and warns when it is another's.
select app.policy_reset('app.release');

grant select (fingerprint) on app.release to stayzr_app, stayzr_auditor;
