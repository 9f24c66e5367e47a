insert into roles (name, description, permissions)
values ($1, $2, $3)
returning id, built_in, name, description, permissions, created_at, updated_at, version
