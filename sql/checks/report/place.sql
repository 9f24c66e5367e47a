-- Whether two logins reach one database: the same of the same server; and whether they are an administrator's.
select (select d.oid from pg_database d where d.datname = current_database())::text
        || ' of ' || extract(epoch from pg_postmaster_start_time())::text as place,
    current_setting('is_superuser') as administrator
