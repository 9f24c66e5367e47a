-- $1 int[]: who has a partition of messages afterwards.
insert into app.partition_moves (organizations)
values ($1)
