-- $1 expected version or null, $2 name or null, $3 merge patch of the settings or null,
-- $4 language of search or null.
update organizations
set
    name = coalesce($2, name),
    settings = case when $3::jsonb is null then settings else app.merge_patch(settings, $3::jsonb) end,
    search_language = coalesce($4, search_language)
where $1::integer is null or version = $1
returning
    id, tenant_id, slug, name, subscription_tier, subscription_status, is_active, settings,
    search_language, created_at, updated_at, version
