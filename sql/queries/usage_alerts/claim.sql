-- Takes the alerts of a hotel that nobody was told of, and returns those that are worth telling. $1 hotel, $2 seal.
select hotel, addresses, resource, threshold, maximum, used, forecast, period_ends_on, charges_more
from app.claim_usage_alerts($1, $2)
