-- Which database a report is about, and who made it.
select current_setting('server_version') as server_version, current_database()::text as database,
    current_user::text as role,
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as time
