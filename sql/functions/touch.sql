-- Every edit raises the version (the ETag of the API) and stamps the row, whoever
-- edits it. No role is granted the two columns.

create or replace function app.touch() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end
$$;

revoke all on function app.touch() from public;
