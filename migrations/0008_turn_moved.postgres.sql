-- A turn that leaves its time or its call changes what is counted there, too.
CREATE FUNCTION {{schema}}turn_moved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO {{schema}}turn_change VALUES (old.ts);
  INSERT INTO {{schema}}turn_change SELECT ts FROM {{schema}}turn WHERE call_key = old.call_key;
  RETURN NULL;
END $$;
CREATE TRIGGER turn_moved AFTER UPDATE ON {{schema}}turn FOR EACH ROW
WHEN (old.ts IS DISTINCT FROM new.ts OR old.call_key <> new.call_key)
EXECUTE FUNCTION {{schema}}turn_moved();
