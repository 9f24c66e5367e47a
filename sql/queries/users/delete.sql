-- $1 id, $2 expected version or null, $3 who gets what they own, or null.
select app.delete_user($1, $2, $3) as outcome
