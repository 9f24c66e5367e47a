-- $1 to $6 what is told, $7 owner, $8 team. Who does not see the whole hotel owns what they leave to nobody, or
-- would lose sight of it.
insert into guests (email, phone, full_name, language, notes, preferences, owner_id, team_id)
values (
    $1, $2, $3, coalesce($4, 'en'), $5, coalesce($6::jsonb, '{}'),
    coalesce($7, case when $8::uuid is null and not app.sees_all() then app.user_id() end), $8
)
returning
    id, email, phone, full_name, language, notes, preferences, owner_id, team_id, archived_at, created_at, updated_at, version
