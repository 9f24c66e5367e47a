-- Defect: a server elsewhere
-- At: server elsewhere
create foreign data wrapper wrapper;
create server elsewhere foreign data wrapper wrapper;

-- Defect: a way in for everybody
-- At: server elsewhere
create foreign data wrapper wrapper;
create server elsewhere foreign data wrapper wrapper;
create user mapping for public server elsewhere options (user 'postgres');
