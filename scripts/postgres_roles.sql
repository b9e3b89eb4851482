-- Three roles for a ledger that a team shares:
--
--   relayburn_owner   migrate, prune: owns the schema and its tables
--   relayburn_ingest  ingest, stamp, copy, forget: SELECT, INSERT, UPDATE
--   relayburn_read    analyze, export, status: SELECT
--
-- Run it with psql as a superuser, or on a managed server as the admin who may create roles and owns the database, before or after the first `relayburn migrate`, and again whenever you like:
--
--   psql --file=scripts/postgres_roles.sql [--variable=database=…] [--variable=schema=relayburn]
--
-- and give each user one of them. What an owner makes must belong to the role, so that the others are
-- let in to the tables of later versions too:
--
--   GRANT relayburn_ingest TO alice;
--   GRANT relayburn_owner TO bob; ALTER ROLE bob SET role = relayburn_owner;

\set ON_ERROR_STOP on
\if :{?schema}
\else
  \set schema relayburn
\endif
\if :{?database}
  \connect :"database"
\endif

BEGIN;
-- Whoever may create in a schema of the path decides what format() and = are, and a superuser calls them here.
SET LOCAL search_path = pg_catalog, pg_temp;

SELECT format('CREATE ROLE %I NOLOGIN', role)
FROM unnest(ARRAY['relayburn_owner', 'relayburn_ingest', 'relayburn_read']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- Only a member may give away what belongs to a role. A superuser is one of all. From 16 on a member has options: who creates
-- a role may administer it, but not act as it.
SELECT 'GRANT relayburn_owner TO CURRENT_USER'
    || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END
WHERE NOT (pg_has_role(current_user, 'relayburn_owner', 'USAGE')
  AND pg_has_role(current_user, 'relayburn_owner',
                  CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)) \gexec

-- Everybody may create there until PostgreSQL 14 and in clusters upgraded from it, and so plant functions and operators for
-- others to call. relayburn does not look there; other programs do.
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \gexec

GRANT CONNECT ON DATABASE :"DBNAME" TO relayburn_owner, relayburn_ingest, relayburn_read;

SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"schema";
ALTER SCHEMA :"schema" OWNER TO relayburn_owner;

-- Also those that somebody else made before.
SELECT format('ALTER TABLE %s OWNER TO relayburn_owner', c.oid::regclass)
FROM pg_class AS c WHERE c.relnamespace = quote_ident(:'schema')::regnamespace AND c.relkind IN ('r', 'p', 'v') \gexec
SELECT format('ALTER FUNCTION %s OWNER TO relayburn_owner', p.oid::regprocedure)
FROM pg_proc AS p WHERE p.pronamespace = quote_ident(:'schema')::regnamespace \gexec

GRANT USAGE ON SCHEMA :"schema" TO relayburn_ingest, relayburn_read;
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO relayburn_ingest, relayburn_read;
GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA :"schema" TO relayburn_ingest;
-- Whoever writes these decides what all hosts may do and see; `relayburn migrate` takes them back too.
SELECT format('REVOKE INSERT, UPDATE ON %s FROM relayburn_ingest', c.oid::regclass)
FROM pg_class AS c WHERE c.relnamespace = quote_ident(:'schema')::regnamespace
  AND c.relname IN ('schema_versions', 'content_cutoff', 'content_kept') \gexec
-- What is derived for reports is made anew by whoever writes records; `relayburn migrate` grants it too.
SELECT format('GRANT DELETE ON %s TO relayburn_ingest', c.oid::regclass)
FROM pg_class AS c WHERE c.relnamespace = quote_ident(:'schema')::regnamespace
  AND c.relname IN ('usage_summary', 'turn_change') \gexec
GRANT USAGE ON ALL SEQUENCES IN SCHEMA :"schema" TO relayburn_ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE relayburn_owner IN SCHEMA :"schema"
  GRANT SELECT ON TABLES TO relayburn_ingest, relayburn_read;
ALTER DEFAULT PRIVILEGES FOR ROLE relayburn_owner IN SCHEMA :"schema"
  GRANT INSERT, UPDATE ON TABLES TO relayburn_ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE relayburn_owner IN SCHEMA :"schema"
  GRANT USAGE ON SEQUENCES TO relayburn_ingest;

COMMIT;
