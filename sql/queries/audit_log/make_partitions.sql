-- Makes the partitions of the months to come and names those it made. For stayzr_platform.
select app.make_audit_partitions() as name
