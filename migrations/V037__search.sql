-- Search under row security. An operator of full text is not leakproof, so no index of it is used before a policy has
-- spoken; what looks words up is a function of stayzr_lookup (sql/functions/search_messages.sql).
--
-- Every word in an index has the number of its hotel before it, `17en.towel`: the word of one hotel is another word
-- than that of every other. So nothing another hotel writes is in the part of the index that a search reads, nor in
-- its cost.

-- The language a hotel writes in, ISO 639-1, or `und` for none: then words are taken as they are.
-- Those before are in the messages that were written until it changed: they are searched as well, so nothing has to be
-- written anew.
alter table public.organizations
    add column search_language text not null default 'en',
    add column search_languages_before text[] not null default '{}',
    add constraint organizations_search_language_unknown check (search_language in (
        'ar', 'ca', 'da', 'de', 'el', 'en', 'es', 'eu', 'fi', 'fr', 'ga', 'hi', 'hu', 'hy', 'id', 'it', 'lt', 'ne',
        'nl', 'no', 'pt', 'ro', 'ru', 'sr', 'sv', 'ta', 'tr', 'und', 'yi'
    ));

-- Text and not regconfig, which pg_upgrade refuses in a table.
alter table public.messages
    add column search_language text,
    add column words tsvector;

alter table public.guests add column name_words tsvector;

-- The functions are those of sql/functions/search_words.sql on the day of this migration, for the rows there are and
-- for what is written until that file runs: servers wait for this transaction to end, and go on at once. Until then
-- every hotel's language is the default.
create function app.text_words(organization integer, language text, content text) returns tsvector
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
begin
    return coalesce((
        select string_agg(
            format(
                '''%s%s.%s'':%s', organization, language, replace(replace(w.lexeme, '\', '\\'), '''', ''''''),
                array_to_string(w.positions, ',')
            ), ' '
        )
        from unnest(to_tsvector('english', content)) w
        where octet_length(w.lexeme) <= 200
    ), '')::tsvector;
end
$$;

create function app.name_parts(name text) returns setof text
language plpgsql immutable parallel safe rows 4
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select distinct part
    from regexp_split_to_table(
        case
            when getdatabaseencoding() = 'UTF8'
                then regexp_replace(normalize(lower(name), NFKD), '[\u0300-\u036f]', '', 'g')
            else lower(name)
        end,
        '[[:space:][:punct:]]+'
    ) part
    where part <> '';
end
$$;

create function app.near_words(word text) returns setof text
language sql immutable parallel safe rows 10
set search_path = pg_catalog, pg_temp
as $$
    select word where length(word) between 4 and 30
    union
    select overlay(word placing '' from n for 1)
    from generate_series(1, length(word)) n
    where length(word) between 4 and 30
$$;

create function app.name_words(organization integer, name text) returns tsvector
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    return array_to_tsvector(array(
        select concat(organization, '.', part) from app.name_parts(name) part
        union
        select concat(organization, '~', near) from app.name_parts(name) part cross join app.near_words(part) near
    ));
end
$$;

create function app.message_words() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.search_language := 'en';
    new.words := app.text_words(new.organization_id, 'en', new.content);
    return new;
end
$$;

create function app.guest_words() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.name_words := app.name_words(new.organization_id, new.full_name);
    return new;
end
$$;

grant execute on function app.text_words(integer, text, text) to stayzr_app;
grant execute on function app.name_parts(text) to stayzr_app;
grant execute on function app.near_words(text) to stayzr_app;
grant execute on function app.name_words(integer, text) to stayzr_app;

create trigger messages_words
    before insert on public.messages
    for each row execute function app.message_words();
create trigger guests_words
    before insert or update of full_name on public.guests
    for each row execute function app.guest_words();

-- Forced, row security would hide every row from the owner, who runs this.
alter table public.messages no force row level security;
alter table public.guests no force row level security;
alter table public.messages disable trigger user;
alter table public.guests disable trigger user;
update public.messages set search_language = 'en', words = app.text_words(organization_id, 'en', content);
update public.guests set name_words = app.name_words(organization_id, full_name);
alter table public.messages enable trigger user;
alter table public.guests enable trigger user;
alter table public.messages force row level security;
alter table public.guests force row level security;

alter table public.messages
    alter column search_language set not null,
    alter column words set not null;
alter table public.guests alter column name_words set not null;

-- What waits to be sorted into the index is read by every search, so it is kept short.
create index messages_words on public.messages using gin (words) with (gin_pending_list_limit = 256);
create index guests_name_words on public.guests using gin (name_words) with (gin_pending_list_limit = 256);
