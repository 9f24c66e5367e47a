-- The context of one statement that only reads: bound as one more parameter of it, of this domain.
select $1::app.read_context
