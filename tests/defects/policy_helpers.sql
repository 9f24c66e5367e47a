-- Defect: a volatile helper
-- At: app.sees_all()
alter function app.sees_all() volatile;

-- Defect: one that forbids parallel plans
-- At: app.organization_id()
alter function app.organization_id() parallel unsafe;
