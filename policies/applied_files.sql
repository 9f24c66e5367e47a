-- Which files were applied here. The auditor reads it to say what differs from them (`stayzr audit drift`).
select app.policy_reset('app.applied_files');

comment on table app.applied_files is
    'Repeatable files as stayzr migrate last ran them; a file whose checksum is here is skipped. Only the auditor reads it.';

grant select (path, checksum, server_major) on app.applied_files to stayzr_auditor;
