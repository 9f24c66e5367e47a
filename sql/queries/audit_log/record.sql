-- The record of a visit or of work across hotels. $1 action, $2 resource, $3 its id or null, $4 the hotel it is about or
-- null (always null on a visit), $5 reason or null, $6 outcome. A hotel that does not exist has no log: the record of
-- asking for it is the platform's.
select app.record_access($1, $2, $3, (select id from organizations where id = $4), $5, $6)
