-- See with_partitions.sh.
CREATE SEQUENCE public.tables_split;

CREATE FUNCTION public.split_new_table() RETURNS event_trigger LANGUAGE plpgsql SET client_min_messages = warning AS $$
DECLARE
  made oid;
  schema name;
  name name;
  key name;
  definition text;
BEGIN
  FOR made, schema, name, key, definition IN
    SELECT c.oid, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_event_trigger_ddl_commands() AS d JOIN pg_class AS c ON c.oid = d.objid
      JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE d.command_tag = 'CREATE TABLE' AND c.relkind = 'r' AND NOT c.relispartition
      AND cardinality(k.conkey) = 1 AND c.relname <> 'schema_versions'
  LOOP
    EXECUTE format('CREATE TABLE %1$I.%2$I (LIKE %1$I.%3$I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH %4$s',
                   schema, name || '_split', name, replace(definition, 'PRIMARY KEY ', ''));
    EXECUTE format('DROP TABLE %I.%I', schema, name);
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', schema, name || '_split', name);
    EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', schema, name, key, definition);
    FOR remainder IN 0 .. 2 LOOP
      EXECUTE format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I FOR VALUES WITH (MODULUS 3, REMAINDER %4$s)',
                     schema, name || '_' || remainder, name, remainder);
    END LOOP;
    PERFORM nextval('public.tables_split');
  END LOOP;
END $$;

CREATE EVENT TRIGGER split_new_table ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
  EXECUTE FUNCTION public.split_new_table();
