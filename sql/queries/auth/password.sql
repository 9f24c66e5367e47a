-- $1 organization, $2 user. Sealed by the server; see sql/functions/passwords.sql.
select password_hash
from app.password_lookup($1, $2, $3)
