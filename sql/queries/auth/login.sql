-- The account to sign in to. Sealed by the server; see sql/functions/login_lookup.sql.
select
    organization_id, tenant_id, organization_active, user_id, password_hash, is_org_admin, is_super_admin, status
from app.login_lookup($1, $2, $3)
