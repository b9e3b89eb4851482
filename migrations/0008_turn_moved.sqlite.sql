-- A turn that leaves its time or its call changes what is counted there, too.
CREATE TRIGGER turn_moved AFTER UPDATE ON turn
WHEN old.ts IS NOT new.ts OR old.call_key <> new.call_key
BEGIN
  INSERT INTO turn_change VALUES (old.ts);
  INSERT INTO turn_change SELECT ts FROM turn WHERE call_key = old.call_key;
END;
