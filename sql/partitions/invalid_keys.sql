-- The keys to messages that swap.sql made and nobody has looked at yet.
select format('alter table %s validate constraint %I', c.conrelid::regclass, c.conname)
from pg_constraint c
where c.confrelid = 'public.messages'::regclass and c.contype = 'f' and c.conparentid = 0 and not c.convalidated
