-- One plan for whatever the values are, by an index wherever one can serve.
set plan_cache_mode = force_generic_plan;
set enable_seqscan = off;
