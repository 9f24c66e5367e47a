-- The hotels with alerts that nobody was told of. $1 seal.
select organization_id from app.organizations_to_alert($1)
