insert into teams (department_id, name)
values ($1, $2)
returning id, department_id, name, created_at, updated_at, version
