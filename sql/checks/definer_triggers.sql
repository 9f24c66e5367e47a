-- Id: RLS045
-- Severity: high
-- What: a trigger whose function runs with its owner's rights is declared here.
-- Why: it sees the row before any policy of another table does, and may copy it anywhere.
-- Mend: make the function security invoker, or declare it here, with what it writes.
-- See: https://www.postgresql.org/docs/current/sql-createtrigger.html
with exempt (name, reason) as (
    values
        ('app.audit_chain()', 'reads the hotel''s last record, to chain to it'),
        ('app.count_attachments()', 'writes counters'), ('app.count_conversations()', 'writes counters'),
        ('app.count_guests()', 'writes counters'), ('app.count_messages()', 'writes counters'),
        ('app.count_users()', 'writes counters'), ('app.follow_subscription()', 'writes what invoices are made from'),
        ('app.guest_words()', 'writes words of the row itself'),
        ('app.message_words()', 'reads the language of the hotel; writes words of the row itself'),
        ('app.open_new_usage()', 'writes counters'), ('app.recall_spare()', 'writes counters')
)
select format('%I on %s', t.tgname, t.tgrelid::regclass) as object,
    format('runs %s as %s', f.oid::regprocedure, pg_get_userbyid(f.proowner)) as finding,
    pg_get_triggerdef(t.oid) as detail
from pg_trigger t
join pg_proc f on f.oid = t.tgfoid
where not t.tgisinternal
    and t.tgparentid = 0
    and f.prosecdef
    and f.oid::regprocedure::text not in (select name from exempt)
order by 1
