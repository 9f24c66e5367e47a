-- $1 id, $2 expected version or null. Who holds it keeps it: the foreign key refuses. The
-- policies leave built-in roles alone.
delete from roles
where id = $1 and ($2::integer is null or version = $2)
returning id
