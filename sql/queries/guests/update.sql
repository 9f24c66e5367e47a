-- $1 id, $2 expected version or null. A nullable column comes as a pair: whether it
-- changes, and to what. The others are null where they stay.
update guests
set
    email = case when $3 then $4 else email end,
    phone = case when $5 then $6 else phone end,
    full_name = coalesce($7, full_name),
    language = coalesce($8, language),
    notes = case when $9 then $10 else notes end,
    preferences = case when $11::jsonb is null then preferences else app.merge_patch(preferences, $11::jsonb) end,
    owner_id = case when $12 then $13 else owner_id end,
    team_id = case when $14 then $15 else team_id end
where id = $1 and archived_at is null and ($2::integer is null or version = $2)
returning id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version
