-- Said first in every step that locks a table: whoever reads or writes waits behind this, so it waits for nobody longer
-- than this, and is tried again.
set local lock_timeout = '50ms';
set local statement_timeout = 0;
