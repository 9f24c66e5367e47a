-- Whether both tables have been kept alike since open.sql: the triggers are where it put them, and work. A migration
-- that ran in between may have changed the one table and not the other.
select (
    select count(*) from pg_trigger t
    where t.tgrelid = 'public.messages'::regclass and t.tgenabled = 'O'
        and t.tgname in ('messages_mirror', 'messages_held', 'messages_held_whole')
) = 3 and (
    select count(distinct shape) = 1
    from (
        select c.oid, array_agg(
            concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) order by a.attnum
        ) as shape
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.oid in ('public.messages'::regclass, to_regclass('app.messages_next'))
        group by c.oid
    ) tables
) as alike,
row_security_active('public.messages') as hidden
