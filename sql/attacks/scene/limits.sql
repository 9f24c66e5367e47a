-- How long an attempt by a login of its own may wait: the role might have lifted what it was given.
set local lock_timeout = '2s';
set local statement_timeout = '5s';
set local idle_in_transaction_session_timeout = '60s';
