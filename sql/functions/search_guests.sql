-- Which guests a search finds, for whoever asks: the ids of one page, in the order of the list. As with messages
-- (sql/functions/search_messages.sql) the statement of the API joins them back through row security, and the hotel, the
-- user and the data scope are those of the sealed context.

-- What to look for in the names of that hotel: each part of what is wanted, as the beginning of a part or as one that
-- differs by a letter. Null where there is no part.
create or replace function app.name_query(hotel integer, wanted text) returns tsquery
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select string_agg(
            concat('(', quote_literal(concat(hotel, '.', part)), ':*', (
                select string_agg(concat('|', quote_literal(concat(hotel, '~', near))), '')
                from app.near_words(part) near
            ), ')'), '&'
        )::tsquery
        from app.name_parts(wanted) part
    );
end
$$;

-- By name, or by the beginning of the e-mail address or of the phone number, however that is punctuated. Archived ones
-- are among them.
create or replace function app.guests_found(hotel integer, wanted text) returns table (
    id uuid, created_at timestamptz, full_name_folded text, language text, archived_at timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- The plan is made before the search is known, and must not read the whole table.
set enable_seqscan = off
-- It is off for the login, and there is no other way into the index of words.
set enable_bitmapscan = on
as $$
declare
    query constant tsquery := app.name_query(hotel, wanted);
    address constant text := lower(wanted);
    number constant text := '+' || ltrim(regexp_replace(wanted, '[\s()./-]', '', 'g'), '+');
    shared constant uuid[] := case when not app.sees_all() then app.conversations_shared(hotel) end;
    shared_guests constant uuid[] := case when not app.sees_all() then app.guests_shared(hotel) end;
begin
    return query
    with found as materialized (
        select g.organization_id, g.id from public.guests g where g.name_words @@ query
        union
        select g.organization_id, g.id from public.guests g
        where g.organization_id = hotel and g.email_folded between address and address || chr(1114111)
        union
        select g.organization_id, g.id from public.guests g
        where g.organization_id = hotel and number ~ '^\+[0-9]+$' and g.phone between number and number || ':'
    )
    select g.id, g.created_at, g.full_name_folded, g.language, g.archived_at
    from found f
    join public.guests g on g.organization_id = f.organization_id and g.id = f.id
    where f.organization_id = hotel
        and (
            app.sees_all()
            or g.owner_id = app.user_id() or g.team_id = any (app.team_ids()) or g.id = any (shared_guests)
            or exists (
                select from public.conversations c
                where c.organization_id = hotel and c.guest_id = g.id
                    and (c.owner_id = app.user_id() or c.team_id = any (app.team_ids()) or c.id = any (shared))
            )
        );
end
$$;

create or replace function app.guests_shared(hotel integer) returns uuid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select s.guest_id
        from public.shares s
        where s.organization_id = hotel and s.guest_id is not null
            and (s.user_id = app.user_id() or s.team_id = any (app.own_team_ids()))
            and (s.expires_at is null or s.expires_at > now())
    );
end
$$;

create or replace function app.search_guests(
    wanted text, wanted_language text, with_archived boolean, before_time timestamptz, before_id uuid, page bigint
) returns setof uuid
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.id
    -- It verifies the seal, and so everything else that is read in the context.
    from app.guests_found(app.organization_id(), wanted) g
    where (g.created_at, g.id) < (before_time, before_id)
        and (wanted_language is null or g.language = wanted_language)
        and (with_archived or g.archived_at is null)
    order by g.created_at desc, g.id desc
    limit least(page, 1000);
end
$$;

create or replace function app.search_guests_by_name(
    wanted text, wanted_language text, with_archived boolean, after_name text, after_id uuid, page bigint
) returns setof uuid
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.id
    from app.guests_found(app.organization_id(), wanted) g
    -- The order of the list is that of the column, which is not that of the database.
    where (g.full_name_folded collate "C", g.id) > (after_name, after_id)
        and (wanted_language is null or g.language = wanted_language)
        and (with_archived or g.archived_at is null)
    order by g.full_name_folded collate "C", g.id
    limit least(page, 1000);
end
$$;

alter function app.search_guests(text, text, boolean, timestamptz, uuid, bigint) owner to stayzr_lookup;
alter function app.search_guests_by_name(text, text, boolean, text, uuid, bigint) owner to stayzr_lookup;

revoke all on function app.name_query(integer, text) from public;
revoke all on function app.guests_found(integer, text) from public;
revoke all on function app.guests_shared(integer) from public;
revoke all on function app.search_guests(text, text, boolean, timestamptz, uuid, bigint) from public;
revoke all on function app.search_guests_by_name(text, text, boolean, text, uuid, bigint) from public;

grant execute on function app.name_query(integer, text) to stayzr_lookup;
grant execute on function app.guests_found(integer, text) to stayzr_lookup;
grant execute on function app.guests_shared(integer) to stayzr_lookup;
grant execute on function app.search_guests(text, text, boolean, timestamptz, uuid, bigint) to stayzr_app;
grant execute on function app.search_guests_by_name(text, text, boolean, text, uuid, bigint) to stayzr_app;
