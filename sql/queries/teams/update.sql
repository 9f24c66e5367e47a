-- $1 id, $2 expected version or null. A nullable column comes as a pair: whether it
-- changes, and to what. The others are null where they stay.
update teams
set
    department_id = case when $3 then $4 else department_id end,
    name = coalesce($5, name)
where id = $1 and ($2::integer is null or version = $2)
returning id, department_id, name, created_at, updated_at, version
