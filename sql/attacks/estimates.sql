-- ATK019 estimates of plans
-- What: the planner's estimate for values of the rival's, with and without running the plan.
-- Why: estimates come from statistics of all hotels, so they tell whether any hotel has a value, and rows removed by a
--     filter tell how many there are.
-- Expected: accepted: PostgreSQL has no way to forbid explain. No answer of the API holds a plan, an estimate or a
--     time.
-- Severity: low
-- Role: stayzr_app
-- In: one of two hotels

-- attempt: the estimate for an address of the rival's
-- accept: statistics are of all hotels. It takes SQL to ask: no request explains, and none returns a plan.
explain select id from guests where email_folded = :'marker' || '@guest.example';

-- attempt: what running it tells
-- accept: as the estimate. Every query of ours reads by an index that begins with the hotel, so that no other hotel's
--     row is there to be filtered away (the plans are tested).
explain (analyze, timing off, summary off) select id from guests where email_folded = :'marker' || '@guest.example';

-- attempt: what is found, though
-- expect: zero rows
select id from guests where email_folded = :'marker' || '@guest.example';
