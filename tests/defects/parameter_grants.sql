-- Defect: triggers may be switched off
-- At: parameter session_replication_role
grant set on parameter session_replication_role to stayzr_app;

-- Defect: the server may be changed
-- At: parameter log_statement
grant alter system on parameter log_statement to stayzr_platform;
