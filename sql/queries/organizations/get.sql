-- One's own hotel: the policy leaves exactly that row.
select
    id, tenant_id, slug, name, subscription_tier, subscription_status, is_active, settings,
    search_language, created_at, updated_at, version
from organizations
