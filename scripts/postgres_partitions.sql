-- Splits the big tables of a ledger into hash partitions by their key, which every statement of relayburn goes by.
--
-- Run it with psql as the owner, or as a superuser, when no host is about to ingest (they wait while it runs):
--
--   psql --file=scripts/postgres_partitions.sql [--variable=partitions=16] [--variable=database=…] [--variable=schema=relayburn]
--
-- then scripts/postgres_roles.sql again, where there are roles. Tables that are split already stay as they are. The
-- program needs no word of it: `relayburn migrate` goes on with such tables as with others.

\set ON_ERROR_STOP on
\if :{?schema}
\else
  \set schema relayburn
\endif
\if :{?partitions}
\else
  \set partitions 16
\endif
\if :{?tables}
\else
  \set tables turn,tool_call,tool_result,user_turn,content
\endif
\if :{?database}
  \connect :"database"
\endif

BEGIN;
-- Whoever may create in a schema of the path decides what format() and = are, and an owner calls them here.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL client_min_messages = warning;
SELECT set_config('relayburn.schema', :'schema', true), set_config('relayburn.partitions', :'partitions', true),
       set_config('relayburn.tables', :'tables', true) \g /dev/null

DO $$
DECLARE
  schema CONSTANT name := current_setting('relayburn.schema');
  partitions CONSTANT int := current_setting('relayburn.partitions');
  plain regclass;
  key text;
  name name;
  indexes text[];
  statement text;
BEGIN
  FOR name, plain IN
    SELECT c.relname, c.oid FROM pg_class AS c
    WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname = ANY (string_to_array(current_setting('relayburn.tables'), ','))
  LOOP
    EXECUTE format('LOCK TABLE %s', plain);
    -- What migrations call its indexes and triggers they stay called: first as text, then, without the old ones, for real.
    SELECT array_agg(CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
                     ELSE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', schema, name, k.conname,
                                 pg_get_constraintdef(k.oid)) END),
           max(pg_get_constraintdef(k.oid)) FILTER (WHERE k.contype = 'p')
    INTO indexes, key
    FROM pg_index AS i LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
    WHERE i.indrelid = plain;
    SELECT indexes || coalesce(array_agg(pg_get_triggerdef(t.oid)), '{}') INTO indexes
    FROM pg_trigger AS t WHERE t.tgrelid = plain AND NOT t.tgisinternal;

    EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH %s',
                   schema, name || '_split', plain, replace(key, 'PRIMARY KEY ', ''));
    FOR remainder IN 0 .. partitions - 1 LOOP
      EXECUTE format('CREATE TABLE %I.%I PARTITION OF %I.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
                     schema, name || '_' || remainder, schema, name || '_split', partitions, remainder);
    END LOOP;
    EXECUTE format('INSERT INTO %I.%I SELECT * FROM %s', schema, name || '_split', plain);
    EXECUTE format('DROP TABLE %s', plain);
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', schema, name || '_split', name);
    FOREACH statement IN ARRAY indexes LOOP
      EXECUTE statement;
    END LOOP;
    -- LIKE does not copy it; statistics would quote what is pruned later.
    IF name = 'content' THEN
      EXECUTE format('ALTER TABLE %I.content ALTER COLUMN body SET STATISTICS 0', schema);
    END IF;
    EXECUTE format('ANALYZE %I.%I', schema, name);
  END LOOP;
END $$;

COMMIT;
