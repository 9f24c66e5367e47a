-- The record of a visit or of work across hotels. $1 action, $2 resource, $3 its id or null, $4 the hotel it is about or
-- null, $5 reason or null, $6 outcome, $7 the grant to the hotel it is about, or the invoice of the hotel, or null ($4 and
-- $7 are null on a visit). A hotel that does not exist has no log: the record of asking for it is the platform's.
select app.record_access(
    $1, $2, $3,
    coalesce(
        (select id from organizations where id = $4),
        (select organization_id from platform_grants where id = $7),
        (select organization_id from invoices where id = $7)
    ),
    $5, $6
)
