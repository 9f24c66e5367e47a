-- The same search without row security: $5 is the hotel. $1 what to look for, $2 limit, $3 and $4 the row to go on
-- after. The words in the index have the number of their hotel before them.
select
    m.id, m.conversation_id, m.sender_type, m.sender_user_id, m.content, m.created_at, m.created_at as updated_at,
    ts_headline(
        app.search_configuration(m.search_language),
        translate(m.content, E'\u0002\u0003', ''),
        websearch_to_tsquery(app.search_configuration(m.search_language), $1),
        E'StartSel=\u0002, StopSel=\u0003, MaxFragments=3, MinWords=10, MaxWords=25, FragmentDelimiter=" … "'
    ) as excerpt
from (
    select *
    from messages
    where organization_id = $5
        and words @@ regexp_replace(
            websearch_to_tsquery('english', $1)::text, '''((?:[^'']|'''')*)''', concat('''', $5, 'en.\1'''), 'g'
        )::tsquery
        and (created_at, id) < ($3, $4)
    order by created_at desc, id desc
    limit $2
) m
order by m.created_at desc, m.id desc
