-- Id: RLS048
-- Severity: medium
-- What: there is no event trigger.
-- Why: it runs in whoever's statement changes the schema, an administrator's as well.
-- Mend: `drop event trigger …`.
-- See: https://www.postgresql.org/docs/current/event-triggers.html
select 'event trigger ' || t.evtname as object, 'runs ' || t.evtfoid::regprocedure::text as finding,
    format('on %s, as %s made it', t.evtevent, pg_get_userbyid(t.evtowner)) as detail
from pg_event_trigger t
order by 1
