-- Whether this database says that it is a copy for trying things out: a comment does, which no copy inherits by itself.
select format('%I', d.datname) as name,
    coalesce(shobj_description(d.oid, 'pg_database') ilike '%scratch copy%', false) as is_scratch
from pg_database d
where d.datname = current_database()
