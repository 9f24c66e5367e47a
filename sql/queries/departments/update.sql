-- $1 id, $2 expected version or null, then what to change, null for what stays.
update departments
set name = coalesce($3, name)
where id = $1 and ($2::integer is null or version = $2)
returning id, name, created_at, updated_at, version
