-- $1 id, $2 expected version or null. Archived twice is archived once.
update properties
set archived_at = coalesce(archived_at, now())
where id = $1 and ($2::integer is null or version = $2)
returning id, name, address, time_zone, archived_at, created_at, updated_at, version
