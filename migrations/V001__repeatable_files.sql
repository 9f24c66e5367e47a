-- What `stayzr migrate` remembers about itself: the repeatable files it applied, the state they left, and the
-- release they belong to. The schema `app` is there already: policies/roles.sql makes it, before any migration.

create table app.applied_files (
    path text primary key,
    kind text not null constraint applied_files_kind check (kind in ('roles', 'function', 'policy')),
    checksum text not null,
    server_major integer not null,
    applied_at timestamptz not null default now()
);
comment on table app.applied_files is
    'Repeatable files as stayzr migrate last ran them; a file whose checksum is here is skipped. No grants: only the owner reads it.';
comment on column app.applied_files.checksum is 'SHA-256 of the text, in hex.';
comment on column app.applied_files.server_major is
    'PostgreSQL words definitions differently from one major version to the next, so after an upgrade each file runs, and is recorded, again.';

create table app.applied_objects (
    path text not null,
    kind text not null,
    identity text not null,
    definition text not null,
    primary key (kind, identity)
);
comment on table app.applied_objects is
    'What each file left in the catalogs, so that stayzr migrate --check can tell a change made by hand. No grants: only the owner reads it.';
comment on column app.applied_objects.path is 'The file that holds the object, or migrations/ for what the history made.';

create table app.release (
    singleton boolean primary key default true constraint release_is_one_row check (singleton),
    fingerprint text,
    recorded_version integer not null default 0,
    applied_at timestamptz not null default now()
);
comment on table app.release is
    'One row: the release whose functions and policies are live. The server compares it with its own when it starts.';
comment on column app.release.fingerprint is 'SHA-256 over the paths and checksums of all repeatable files; null before the first.';
comment on column app.release.recorded_version is
    'The last migration whose objects are in applied_objects. Behind the history only if a run was killed in between.';

insert into app.release default values;
