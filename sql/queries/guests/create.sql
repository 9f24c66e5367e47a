insert into guests (email, phone, full_name, language, notes, preferences)
values ($1, $2, $3, coalesce($4, 'en'), $5, coalesce($6::jsonb, '{}'))
returning id, email, phone, full_name, language, notes, preferences, archived_at, created_at, updated_at, version
