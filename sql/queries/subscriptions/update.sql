-- $1 expected version or null, then what is asked for, null for what stays: $2 tier, $3 whether it is cancelled.
select app.change_subscription($1, $2, $3) as done
