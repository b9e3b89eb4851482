-- A turn that leaves its time or its call changes what is counted there, too.
CREATE FUNCTION {{schema}}turn_moved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO {{schema}}turn_change VALUES (old.ts), (new.ts);
  IF old.call_key <> new.call_key THEN
    INSERT INTO {{schema}}turn_change SELECT ts FROM {{schema}}turn WHERE call_key = old.call_key;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER turn_moved AFTER UPDATE ON {{schema}}turn FOR EACH ROW
EXECUTE FUNCTION {{schema}}turn_moved();
