insert into departments (name)
values ($1)
returning id, name, created_at, updated_at, version
