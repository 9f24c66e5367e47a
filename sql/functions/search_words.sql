-- The words a message or a guest's name is found by, as the index holds them and as a search asks for them.
--
-- Each has the number of its hotel before it, and a word of a text the language as well: `17en.towel`. Two hotels'
-- words are never the same word, so an index of words needs no second column, and what a search reads, finds and
-- costs is of one hotel. What is in the index follows from these functions: who changes what they give writes every
-- row anew, in a migration. (migrations/V037__search.sql has them as they were on its day.)

-- How PostgreSQL takes a text of that language apart. What it does not know is taken as it stands.
create or replace function app.search_configuration(language text) returns regconfig
language sql immutable parallel safe
return case language
    when 'ar' then 'arabic'::regconfig
    when 'ca' then 'catalan'::regconfig
    when 'da' then 'danish'::regconfig
    when 'de' then 'german'::regconfig
    when 'el' then 'greek'::regconfig
    when 'en' then 'english'::regconfig
    when 'es' then 'spanish'::regconfig
    when 'eu' then 'basque'::regconfig
    when 'fi' then 'finnish'::regconfig
    when 'fr' then 'french'::regconfig
    when 'ga' then 'irish'::regconfig
    when 'hi' then 'hindi'::regconfig
    when 'hu' then 'hungarian'::regconfig
    when 'hy' then 'armenian'::regconfig
    when 'id' then 'indonesian'::regconfig
    when 'it' then 'italian'::regconfig
    when 'lt' then 'lithuanian'::regconfig
    when 'ne' then 'nepali'::regconfig
    when 'nl' then 'dutch'::regconfig
    when 'no' then 'norwegian'::regconfig
    when 'pt' then 'portuguese'::regconfig
    when 'ro' then 'romanian'::regconfig
    when 'ru' then 'russian'::regconfig
    when 'sr' then 'serbian'::regconfig
    when 'sv' then 'swedish'::regconfig
    when 'ta' then 'tamil'::regconfig
    when 'tr' then 'turkish'::regconfig
    when 'yi' then 'yiddish'::regconfig
    else 'simple'::regconfig
end;

-- A word longer than any word is left out: with its hotel before it, it might not fit, and the message has to.
create or replace function app.text_words(organization integer, language text, content text) returns tsvector
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
        from unnest(to_tsvector(app.search_configuration(language), content)) w
        where octet_length(w.lexeme) <= 200
    ), '')::tsvector;
end
$$;

-- The parts of a name, in lower case and without accents: José Müller-Lüdenscheidt has three, and any of them is found
-- by `mull` too. What is a letter is the database's word; marks that stand on one are told from it in UTF-8 only.
create or replace function app.name_parts(name text) returns setof text
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

-- A word, and it without one of its letters, whichever. Two words have one of these in common where they differ by a
-- letter that is wrong, missing, too many, or changed places with the next. Of a word of three letters that would be
-- too many others.
create or replace function app.near_words(word text) returns setof text
language sql immutable parallel safe rows 10
set search_path = pg_catalog, pg_temp
as $$
    select word where length(word) between 4 and 30
    union
    select overlay(word placing '' from n for 1)
    from generate_series(1, length(word)) n
    where length(word) between 4 and 30
$$;

-- `17.lovelace` for its beginning, `17~lovelace`, `17~ovelace` and so on for its likes.
create or replace function app.name_words(organization integer, name text) returns tsvector
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

-- These two run as stayzr_lookup: whoever writes need not be able to read the hotel, and no function is run by two
-- roles, for whom a connection would keep the same plans.
create or replace function app.message_words() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select o.search_language into new.search_language from public.organizations o where o.id = new.organization_id;
    new.words := app.text_words(new.organization_id, new.search_language, new.content);
    return new;
end
$$;

create or replace function app.guest_words() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    new.name_words := app.name_words(new.organization_id, new.full_name);
    return new;
end
$$;

-- The languages that messages of a hotel may have been written in.
create or replace function app.keep_search_languages() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.search_languages_before :=
        array_remove(old.search_languages_before || old.search_language, new.search_language);
    return new;
end
$$;

alter function app.message_words() owner to stayzr_lookup;
alter function app.guest_words() owner to stayzr_lookup;

revoke all on function app.search_configuration(text) from public;
revoke all on function app.text_words(integer, text, text) from public, stayzr_app;
revoke all on function app.name_parts(text) from public, stayzr_app;
revoke all on function app.near_words(text) from public, stayzr_app;
revoke all on function app.name_words(integer, text) from public, stayzr_app;
revoke all on function app.message_words() from public;
revoke all on function app.guest_words() from public;
revoke all on function app.keep_search_languages() from public;

grant execute on function app.search_configuration(text) to stayzr_app, stayzr_lookup;
grant execute on function app.text_words(integer, text, text) to stayzr_lookup;
grant execute on function app.name_parts(text) to stayzr_lookup;
grant execute on function app.near_words(text) to stayzr_lookup;
grant execute on function app.name_words(integer, text) to stayzr_lookup;
