-- Which migrations ran. The server reads it at start and refuses an unmigrated database.
select app.policy_reset('app.schema_history');

-- No checksum and no date for the server: it compares versions. The auditor compares texts.
grant select (version, name) on app.schema_history to stayzr_app, stayzr_auditor;
grant select (applied_on, checksum) on app.schema_history to stayzr_auditor;
