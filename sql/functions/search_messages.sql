-- Which messages a search finds, for whoever asks: the ids of one page, newest first. The statement of the API joins
-- them back through row security, so a row that should not be here would not show.
--
-- They run as stayzr_lookup, which row security does not bind, because under it no index of words is used. So they
-- take the hotel, the user and the data scope from the sealed context alone, and what the policies of conversations
-- and messages say is said here once more: tests/it/data_scope.rs compares both with the definition. They return
-- nothing of a row but its id, and no id of a row out of sight: neither what shows, nor its order, nor where a page
-- ends depends on one. Newest first, because a rank would change from page to page, and would be of words.

-- What to look for, in the words of that hotel and in each language it has written in. An error where that is nothing:
-- SZ007.
create or replace function app.search_query(hotel integer, wanted text) returns tsquery
language plpgsql stable
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
    terms text;
begin
    -- querytree() leaves what an index can look for: nothing, where a search has only words to do without.
    select string_agg('(' || regexp_replace(q.query::text, '''((?:[^'']|'''')*)''', prefix || '\1''', 'g') || ')', '|')
    into terms
    from public.organizations o
    cross join unnest(o.search_language || o.search_languages_before) language
    cross join websearch_to_tsquery(app.search_configuration(language), wanted) q (query)
    cross join concat('''', hotel, language, '.') prefix
    where o.id = hotel and querytree(q.query) not in ('', 'T');

    if terms is null then
        raise exception 'a search without a word to look for' using
            errcode = 'SZ007',
            constraint = 'search_words_missing',
            detail = 'No word is left to look for: only words that are in every text, or to leave out.';
    end if;
    return terms::tsquery;
end
$$;

-- The conversations in sight of somebody who does not see the whole hotel, but not more than that many of each kind:
-- whoever is told of that many knows that there may be more.
create or replace function app.conversations_in_sight(hotel integer, most integer) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        (
            select c.id from public.conversations c
            where c.organization_id = hotel and c.owner_id = app.user_id()
            limit most
        )
        union
        (
            select c.id from public.conversations c
            where c.organization_id = hotel and c.team_id = any (app.team_ids())
            limit most
        )
        union
        (select s.id from unnest(app.conversations_shared(hotel)) s (id) limit most)
    );
end
$$;

create or replace function app.conversations_shared(hotel integer) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select s.conversation_id
        from public.shares s
        where s.organization_id = hotel and s.conversation_id is not null
            and (s.user_id = app.user_id() or s.team_id = any (app.own_team_ids()))
            and (s.expires_at is null or s.expires_at > now())
    );
end
$$;

-- An earlier release had it say as well how many there are.
drop function if exists app.indexed_matches(integer, tsquery, timestamptz, uuid, bigint, bigint);

-- How many of a sample of the newest messages of the hotel match, up to the most one needs to know of.
create or replace function app.sampled_matches(
    hotel integer, query tsquery, before_time timestamptz, before_id uuid, sample bigint, most bigint
) returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- As below.
set enable_sort = off
as $$
begin
    return (
        select count(*)
        from (
            select
            from (
                select n.words
                from public.messages n
                where n.organization_id = hotel and (n.created_at, n.id) < (before_time, before_id)
                order by n.created_at desc, n.id desc
                limit sample
            ) m
            where m.words @@ query
            limit most
        ) matches
    );
end
$$;

-- Whether the hotel has more messages than so many, of those until then: one of the same moment counts, so that the
-- index alone knows.
create or replace function app.has_more_messages(hotel integer, until timestamptz, than bigint) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_sort = off
as $$
begin
    return exists (
        select from public.messages n
        where n.organization_id = hotel and n.created_at <= until
        order by n.created_at desc
        offset than
        limit 1
    );
end
$$;

-- The newest that match, of the newest messages of the hotel, of which so many are looked at. A word that everybody
-- uses is found here at once, however many say it.
create or replace function app.newest_matches(
    hotel integer, query tsquery, before_time timestamptz, before_id uuid, page bigint, depth bigint
) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- The plan is made before the size of the hotel is known, and must not sort it.
set enable_sort = off
as $$
declare
    shared constant uuid[] := case when not app.sees_all() then app.conversations_shared(hotel) end;
begin
    return array(
        select m.id
        from (
            select n.id, n.created_at, n.conversation_id, n.words
            from public.messages n
            where n.organization_id = hotel and (n.created_at, n.id) < (before_time, before_id)
            order by n.created_at desc, n.id desc
            limit depth
        ) m
        where m.words @@ query
            and (
                app.sees_all()
                or exists (
                    select from public.conversations c
                    where c.organization_id = hotel and c.id = m.conversation_id
                        and (c.owner_id = app.user_id() or c.team_id = any (app.team_ids()) or c.id = any (shared))
                )
            )
        order by m.created_at desc, m.id desc
        limit page
    );
end
$$;

-- The same of all that the index has. It gives all there are before it gives one, so this is for words that few use.
create or replace function app.indexed_matches(
    hotel integer, query tsquery, before_time timestamptz, before_id uuid, page bigint
) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- Nor read the whole table.
set enable_seqscan = off
-- It is off for the login, and there is no other way into this index.
set enable_bitmapscan = on
as $$
declare
    shared constant uuid[] := case when not app.sees_all() then app.conversations_shared(hotel) end;
begin
    return array(
        with found as materialized (
            select m.organization_id, m.id, m.conversation_id, m.created_at
            from public.messages m
            where m.words @@ query
        )
        select f.id
        from found f
        where f.organization_id = hotel and (f.created_at, f.id) < (before_time, before_id)
            and (
                app.sees_all()
                or exists (
                    select from public.conversations c
                    where c.organization_id = hotel and c.id = f.conversation_id
                        and (c.owner_id = app.user_id() or c.team_id = any (app.team_ids()) or c.id = any (shared))
                )
            )
        order by f.created_at desc, f.id desc
        limit page
    );
end
$$;

-- Who sees few conversations has those searched, which costs what they hold and nothing that others say. Otherwise a
-- sample of the newest messages is looked at. A word that is common there is looked for among more of the newest, which
-- costs the same however large the hotel is: 10 of 300 fill a page of 50 after 1,500 messages, and 3 after 5,000, which
-- only a hotel that has many more is worth. Where they do not fill the page and there are more, and for every other
-- word, the index is asked.
-- What comes never depends on what is out of sight; how long it takes may, for who sees many conversations and not all.
create or replace function app.search_messages(
    wanted text, before_time timestamptz, before_id uuid, page bigint
) returns setof uuid
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
as $$
declare
    -- It verifies the seal, and so everything else that is read in the context.
    hotel constant integer := app.organization_id();
    query constant tsquery := app.search_query(hotel, wanted);
    few constant integer := 500;
    depth constant bigint := 20000;
    rows constant bigint := least(page, 1000);
    in_sight uuid[];
    sampled bigint;
    ids uuid[];
begin
    if not app.sees_all() then
        in_sight := app.conversations_in_sight(hotel, few + 1);
        if cardinality(in_sight) <= few then
            return query
            select m.id
            from public.messages m
            where m.organization_id = hotel and m.conversation_id = any (in_sight)
                and (m.created_at, m.id) < (before_time, before_id)
                -- Not by the index of words.
                and (m.words @@ query) is true
            order by m.created_at desc, m.id desc
            limit rows;
            return;
        end if;
    end if;

    sampled := app.sampled_matches(hotel, query, before_time, before_id, 300, 10);
    if sampled = 10 or sampled >= 3 and app.has_more_messages(hotel, before_time, 2000) then
        ids := app.newest_matches(hotel, query, before_time, before_id, rows, depth);
    end if;
    if ids is null or cardinality(ids) < rows and app.has_more_messages(hotel, before_time, depth) then
        ids := app.indexed_matches(hotel, query, before_time, before_id, rows);
    end if;
    return query select unnest(ids);
end
$$;

alter function app.search_messages(text, timestamptz, uuid, bigint) owner to stayzr_lookup;

revoke all on function app.search_query(integer, text) from public;
revoke all on function app.conversations_in_sight(integer, integer) from public;
revoke all on function app.conversations_shared(integer) from public;
revoke all on function app.sampled_matches(integer, tsquery, timestamptz, uuid, bigint, bigint) from public;
revoke all on function app.has_more_messages(integer, timestamptz, bigint) from public;
revoke all on function app.newest_matches(integer, tsquery, timestamptz, uuid, bigint, bigint) from public;
revoke all on function app.indexed_matches(integer, tsquery, timestamptz, uuid, bigint) from public;
revoke all on function app.search_messages(text, timestamptz, uuid, bigint) from public;

-- What search_messages is made of is nobody's to call but its owner's.
grant execute on function app.search_query(integer, text) to stayzr_lookup;
grant execute on function app.conversations_in_sight(integer, integer) to stayzr_lookup;
grant execute on function app.conversations_shared(integer) to stayzr_lookup;
grant execute on function app.sampled_matches(integer, tsquery, timestamptz, uuid, bigint, bigint) to stayzr_lookup;
grant execute on function app.has_more_messages(integer, timestamptz, bigint) to stayzr_lookup;
grant execute on function app.newest_matches(integer, tsquery, timestamptz, uuid, bigint, bigint) to stayzr_lookup;
grant execute on function app.indexed_matches(integer, tsquery, timestamptz, uuid, bigint) to stayzr_lookup;
grant execute on function app.search_messages(text, timestamptz, uuid, bigint) to stayzr_app;
