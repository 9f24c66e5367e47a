-- $1 text: the slug of a hotel. Its number, or null.
select app.organization_by_slug($1)
