-- $1 id, $2 expected version or null. A nullable column comes as a pair: whether it
-- changes, and to what. The others are null where they stay. The policies leave built-in
-- roles alone.
update roles
set
    name = coalesce($3, name),
    description = case when $4 then $5 else description end,
    permissions = coalesce($6, permissions)
where id = $1 and ($2::integer is null or version = $2)
returning id, built_in, name, description, permissions, created_at, updated_at, version
