-- $1 id, $2 expected version or null. A nullable column comes as a pair: whether it
-- changes, and to what. The others are null where they stay.
update properties
set
    name = coalesce($3, name),
    address = case when $4 then $5 else address end,
    time_zone = case when $6 then $7 else time_zone end
where id = $1 and archived_at is null and ($2::integer is null or version = $2)
returning id, name, address, time_zone, archived_at, created_at, updated_at, version
