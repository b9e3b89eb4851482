-- A turn that leaves its time or its call changes what is counted there, too.
CREATE TRIGGER turn_moved AFTER UPDATE ON turn
BEGIN
  INSERT INTO turn_change VALUES (old.ts), (new.ts);
  INSERT INTO turn_change SELECT ts FROM turn
    WHERE old.call_key <> new.call_key AND call_key = old.call_key;
END;
