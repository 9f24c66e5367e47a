-- Newest first. $1 what to look for, $2 limit, $3 and $4 the row to go on after (its time and id).
-- Which rows of the page there are, app.search_messages says by the index of words; row security says once more of each
-- of them whether it shows. The excerpt is made of the rows of the page only. U+0002 and U+0003 stand around what was
-- looked for and nowhere else; src/messages/excerpt.rs takes it apart there.
-- A message never changes, so it was last updated when it was created.
select
    m.id, m.conversation_id, m.sender_type, m.sender_user_id, m.content, m.created_at, m.created_at as updated_at,
    ts_headline(
        app.search_configuration(m.search_language),
        translate(m.content, E'\u0002\u0003', ''),
        websearch_to_tsquery(app.search_configuration(m.search_language), $1),
        E'StartSel=\u0002, StopSel=\u0003, MaxFragments=3, MinWords=10, MaxWords=25, FragmentDelimiter=" … "'
    ) as excerpt
from app.search_messages($1, $3, $4, $2) found (id)
join messages m on m.id = found.id
order by m.created_at desc, m.id desc
