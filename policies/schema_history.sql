-- Which migrations ran. The server reads it at start and refuses an unmigrated database.
select app.policy_reset('app.schema_history');

-- No checksum and no date: the server compares versions, and the history is the owner's.
grant select (version, name) on app.schema_history to stayzr_app, stayzr_auditor;
