-- The context of one statement that may write: bound as one more parameter of it, of this domain.
select $1::app.write_context
