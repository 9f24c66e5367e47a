-- $1 name, $2 expected version or null, then what to change, null for what stays: $3 merge patch of the limits, $4 of the
-- features, $5 monthly price, $6 whether the overage price changes and $7 to what, $8 currency.
select app.offer_tier($1, $2, $3, $4, $5, $6, $7, $8) as offered
