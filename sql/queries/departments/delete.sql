-- $1 id, $2 expected version or null. Its teams keep it: the foreign key refuses.
delete from departments
where id = $1 and ($2::integer is null or version = $2)
returning id
