-- $1 hotel, $2 expected version or null, then what to change, null for what stays: $3 tier, $4 version of the tier,
-- $5 whether it is prorated, $6 whether it is cancelled, $7 status, $8 billing day, $9 time zone.
select app.set_subscription($1, $2, $3, $4, $5, $6, $7, $8, $9) as done
