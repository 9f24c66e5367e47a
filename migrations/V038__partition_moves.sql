-- A hotel that outgrows the others gets a partition of `messages` of its own: `stayzr partition promote`. Until the
-- first one does, nothing is partitioned and nothing is paid for it.
--
-- Each move makes the table anew beside the old one, and this is how far it came, so that it goes on after a kill.
create table app.partition_moves (
    began_at timestamptz primary key default clock_timestamp(),
    began_by text not null default session_user,
    -- Who has a partition afterwards; nobody: a plain table again.
    organizations integer[] not null,
    phase text not null default 'begun' check (
        phase in ('begun', 'built', 'copying', 'compared', 'swapped', 'finished', 'cancelled')
    ),
    -- The last row that was copied, in the order of the primary key.
    copied_organization_id integer not null default -2147483648,
    copied_id uuid not null default '00000000-0000-0000-0000-000000000000',
    rows_copied bigint not null default 0,
    ended_at timestamptz,
    constraint partition_moves_ended check ((ended_at is not null) = (phase in ('finished', 'cancelled')))
);

create unique index partition_moves_one on app.partition_moves ((true)) where ended_at is null;

comment on table app.partition_moves is
    'Each time messages were divided anew: who got a partition, and how far it came. At most one is not over.';
