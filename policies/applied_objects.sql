-- What the files made: the normal form of every policy, grant, function and trigger. The auditor compares it with what is
-- live (`stayzr audit drift`). It says no more than the catalogs do, which every role reads.
select app.policy_reset('app.applied_objects');

comment on table app.applied_objects is
    'What each file left in the catalogs, so that a change made by hand can be told. Only the auditor reads it.';

grant select (path, kind, identity, definition) on app.applied_objects to stayzr_auditor;
