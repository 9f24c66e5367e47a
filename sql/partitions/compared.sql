-- Every row was looked at and is the same in both.
update app.partition_moves set phase = 'compared' where ended_at is null
