-- ATK020 other sessions
-- What: other sessions are ended, cancelled and watched; settings of the server are reloaded.
-- Why: all hotels share the role of the service, so one's session could end another's.
-- Expected: 42501 each. The process asked for is none, so that nobody is ended where it may be done.
-- Severity: high
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempt: ending
-- expect: refused 42501
select pg_terminate_backend(0);

-- attempt: cancelling
-- expect: refused 42501
select pg_cancel_backend(0);

-- attempt: what others wait for and hold in memory
-- expect: refused 42501
select pg_log_backend_memory_contexts(0);

-- attempt: reloading
-- expect: refused 42501
select pg_reload_conf();

-- attempt: another log
-- expect: refused 42501
select pg_rotate_logfile();

-- attempt: replication slots
-- expect: refused 42501
select pg_create_logical_replication_slot('attack', 'test_decoding', true);

-- attempt: counters back to nothing
-- expect: refused 42501
select pg_stat_reset();
