-- What: no view without security_invoker, no materialized view and no foreign table in public.
-- Why: a plain view reads with its owner's rights, the other two know no row security at all.
select c.oid::regclass::text as object,
    case c.relkind when 'v' then 'a view without security_invoker' when 'm' then 'a materialized view' else 'a foreign table' end
        as finding
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
    and (
        c.relkind in ('m', 'f')
        or (c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false))
    )
order by 1
