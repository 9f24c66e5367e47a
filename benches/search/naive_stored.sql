-- The naive search, of words that are stored with the message, under row security. $1 what to look for, $2 limit, $3
-- and $4 the row to go on after.
select
    m.id, m.conversation_id, m.sender_type, m.sender_user_id, m.content, m.created_at, m.created_at as updated_at,
    ts_headline(
        'english', m.content, websearch_to_tsquery('english', $1), 'MaxFragments=3, MinWords=10, MaxWords=25'
    ) as excerpt
from (
    select *
    from messages
    where words @@ (
        select regexp_replace(
            websearch_to_tsquery('english', $1)::text, '''((?:[^'']|'''')*)''',
            concat('''', app.claimed_organization_id(), 'en.\1'''), 'g'
        )::tsquery
    )
        and (created_at, id) < ($3, $4)
    order by created_at desc, id desc
    limit $2
) m
order by m.created_at desc, m.id desc
