-- In the transaction of one statement: the plan that serves, for whoever executes it once; a lock that somebody holds, or a minute, is enough.
set local plan_cache_mode = force_generic_plan;
set local jit = off;
set local lock_timeout = '2s';
set local statement_timeout = '60s';
set local enable_seqscan = on
