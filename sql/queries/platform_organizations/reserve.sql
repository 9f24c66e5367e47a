-- The number of a hotel to be made, which the token of its first administrator's invitation holds.
select nextval('organizations_id_seq')::integer as id
