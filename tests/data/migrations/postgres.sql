-- 0001_ledger.sql
-- One table a kind of record (core/records/records.h), in the order of its columns; `tie` decides
-- between records of equal revision and time. Instants are UTC.

CREATE TABLE {{schema}}turn (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  message_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  call_key pg_catalog.BYTEA NOT NULL,
  model pg_catalog.TEXT COLLATE pg_catalog."C",
  input BIGINT NOT NULL,
  output BIGINT NOT NULL,
  reasoning BIGINT NOT NULL,
  cache_read BIGINT NOT NULL,
  cache_create_5m BIGINT NOT NULL,
  cache_create_1h BIGINT NOT NULL,
  web_search_requests BIGINT NOT NULL,
  context_tokens BIGINT,
  service_tier pg_catalog.TEXT COLLATE pg_catalog."C",
  speed pg_catalog.TEXT COLLATE pg_catalog."C",
  inference_geo pg_catalog.TEXT COLLATE pg_catalog."C",
  stop_reason pg_catalog.TEXT COLLATE pg_catalog."C",
  is_sidechain BOOLEAN,
  agent_id pg_catalog.TEXT COLLATE pg_catalog."C",
  is_fork BOOLEAN,
  output_is_lower_bound BOOLEAN,
  keywords BIGINT NOT NULL,
  uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  parent_uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  request_id pg_catalog.TEXT COLLATE pg_catalog."C",
  branch pg_catalog.TEXT COLLATE pg_catalog."C",
  cwd pg_catalog.TEXT COLLATE pg_catalog."C",
  remote pg_catalog.TEXT COLLATE pg_catalog."C",
  version pg_catalog.TEXT COLLATE pg_catalog."C",
  reported_cost_usd pg_catalog.TEXT COLLATE pg_catalog."C"
);

-- Copies of one billed call find each other by it.
CREATE INDEX turn_call_key ON {{schema}}turn (call_key);

CREATE TABLE {{schema}}tool_call (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  message_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  tool_use_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  name pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  args_hash pg_catalog.BYTEA NOT NULL,
  input_bytes BIGINT NOT NULL,
  file_path pg_catalog.TEXT COLLATE pg_catalog."C",
  family pg_catalog.TEXT COLLATE pg_catalog."C",
  subagent_type pg_catalog.TEXT COLLATE pg_catalog."C"
);

CREATE TABLE {{schema}}tool_result (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  tool_use_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  event_source pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  message_id pg_catalog.TEXT COLLATE pg_catalog."C",
  status pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  content_bytes BIGINT,
  content_hash pg_catalog.BYTEA,
  spawned_agent_id pg_catalog.TEXT COLLATE pg_catalog."C",
  spawned_session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  subagent_type pg_catalog.TEXT COLLATE pg_catalog."C"
);

CREATE TABLE {{schema}}user_turn (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  parent_uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  text_bytes BIGINT NOT NULL,
  keywords BIGINT NOT NULL,
  is_meta BOOLEAN,
  is_compact_summary BOOLEAN,
  is_sidechain BOOLEAN,
  agent_id pg_catalog.TEXT COLLATE pg_catalog."C"
);

CREATE TABLE {{schema}}relationship (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  type pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  related_session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  agent_id pg_catalog.TEXT COLLATE pg_catalog."C",
  parent_tool_use_id pg_catalog.TEXT COLLATE pg_catalog."C",
  subagent_type pg_catalog.TEXT COLLATE pg_catalog."C",
  version pg_catalog.TEXT COLLATE pg_catalog."C"
);

CREATE TABLE {{schema}}compaction (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  logical_parent_uuid pg_catalog.TEXT COLLATE pg_catalog."C",
  trigger pg_catalog.TEXT COLLATE pg_catalog."C",
  tokens_before BIGINT,
  tokens_after BIGINT
);

CREATE TABLE {{schema}}stamp (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  message_id pg_catalog.TEXT COLLATE pg_catalog."C",
  from_ts TIMESTAMP WITH TIME ZONE,
  to_ts TIMESTAMP WITH TIME ZONE,
  enrichment pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL
);

CREATE TABLE {{schema}}content (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  message_id pg_catalog.TEXT COLLATE pg_catalog."C",
  content_kind pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  role pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  tool_use_id pg_catalog.TEXT COLLATE pg_catalog."C",
  body pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL
);

CREATE TABLE {{schema}}sighting (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  host_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  cwd pg_catalog.TEXT COLLATE pg_catalog."C",
  remote pg_catalog.TEXT COLLATE pg_catalog."C"
);

CREATE TABLE {{schema}}host (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  host_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  label pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  version pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  last_ingest TIMESTAMP WITH TIME ZONE,
  last_result pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL
);

-- Where each host stopped reading each log. A path is bytes.
CREATE TABLE {{schema}}log_cursor (
  host_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  source pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  path pg_catalog.BYTEA NOT NULL,
  device BIGINT NOT NULL,
  inode BIGINT NOT NULL,
  size BIGINT NOT NULL,
  mtime_ns BIGINT NOT NULL,
  ctime_ns BIGINT NOT NULL,
  read_offset BIGINT NOT NULL,
  parser_version BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  head_hash BIGINT NOT NULL,
  tail_hash BIGINT NOT NULL,
  state pg_catalog.BYTEA NOT NULL,
  PRIMARY KEY (host_id, source, path)
);

-- Which batch of a run came last: a batch sent again after a lost answer is known by its number.
CREATE TABLE {{schema}}run (
  run_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL PRIMARY KEY,
  host_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  last_batch BIGINT NOT NULL
);

-- What a run changed, and what its last batch did of that.
CREATE TABLE {{schema}}run_count (
  run_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  kind pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  inserted BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  duplicate BIGINT NOT NULL,
  last_inserted BIGINT NOT NULL,
  last_updated BIGINT NOT NULL,
  last_duplicate BIGINT NOT NULL,
  PRIMARY KEY (run_id, kind)
);

-- Content older than the cutoff is hidden, but in the kept sessions. At most one row.
CREATE TABLE {{schema}}content_cutoff (
  cutoff TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE TABLE {{schema}}content_kept (
  source pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  session_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  PRIMARY KEY (source, session_id)
);
-- 0002_many_hosts.postgres.sql
-- A path may be longer than what an index takes.
ALTER TABLE {{schema}}log_cursor DROP CONSTRAINT log_cursor_pkey;
CREATE UNIQUE INDEX log_cursor_path ON {{schema}}log_cursor (host_id, source, pg_catalog.sha256(path));
ALTER TABLE {{schema}}log_cursor REPLICA IDENTITY FULL;

-- Whether a record has replaced another one since its key came in. It tells an inserted row from an
-- updated one in the answer of INSERT … ON CONFLICT DO UPDATE, on partitioned tables too; SQLite
-- has other means. Null, which takes no space, until then.

ALTER TABLE {{schema}}turn ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}tool_call ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}tool_result ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}user_turn ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}relationship ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}compaction ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}stamp ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}content ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}sighting ADD COLUMN is_repaired BOOLEAN;
ALTER TABLE {{schema}}host ADD COLUMN is_repaired BOOLEAN;
-- 0003_views.postgres.sql
-- For those who ask the ledger in SQL, such as Grafana. The rows come from a function, which names
-- the tables as text: a view would hold each table in place, and they may be replaced by partitioned
-- ones. It takes no rights and hides none: whoever asks needs SELECT on the tables.

-- One row a canonical call, as ledger.md 3 chooses it and as every figure of `analyze` counts it.
CREATE FUNCTION {{schema}}usage_call_rows() RETURNS TABLE (
  ts TIMESTAMP WITH TIME ZONE,
  source pg_catalog.TEXT,
  session_id pg_catalog.TEXT,
  message_id pg_catalog.TEXT,
  model pg_catalog.TEXT,
  project pg_catalog.TEXT,
  host pg_catalog.TEXT,
  branch pg_catalog.TEXT,
  agent_id pg_catalog.TEXT,
  is_sidechain BOOLEAN,
  service_tier pg_catalog.TEXT,
  input BIGINT,
  output BIGINT,
  reasoning BIGINT,
  cache_read BIGINT,
  cache_create_5m BIGINT,
  cache_create_1h BIGINT,
  web_search_requests BIGINT,
  output_is_lower_bound BOOLEAN
) LANGUAGE sql STABLE AS $usage_call_rows$
  SELECT t.ts, t.source, t.session_id, t.message_id, t.model,
    coalesce(least(place.remote, t.remote), t.cwd), seen.label, t.branch, t.agent_id,
    coalesce(t.is_sidechain, false), t.service_tier, t.input, t.output, t.reasoning, t.cache_read,
    t.cache_create_5m, t.cache_create_1h, t.web_search_requests,
    coalesce(t.output_is_lower_bound, false)
  FROM {{schema}}turn AS t
  -- The smallest remote that any host knows for the folder, of the hosts the smallest label.
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      coalesce(s.cwd, '') AS cwd, pg_catalog.min(s.remote) AS remote
    FROM {{schema}}sighting AS s GROUP BY 1, 2, 3
  ) AS place ON place.source = coalesce(t.source, '')
    AND place.session_id = coalesce(t.session_id, '') AND place.cwd = coalesce(t.cwd, '')
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      pg_catalog.min(coalesce(h.label, s.host_id)) AS label
    FROM {{schema}}sighting AS s LEFT JOIN {{schema}}host AS h ON h.host_id = s.host_id
    GROUP BY 1, 2
  ) AS seen ON seen.source = coalesce(t.source, '')
    AND seen.session_id = coalesce(t.session_id, '')
  WHERE t.is_void IS NULL AND NOT EXISTS (
    SELECT FROM {{schema}}turn AS o
    WHERE o.call_key = t.call_key AND o.id <> t.id AND o.is_void IS NULL
      AND (o.revision, coalesce(t.ts, 'infinity'), coalesce(t.is_sidechain, false),
           coalesce(t.is_fork, false), coalesce(t.session_id, ''), t.id)
        > (t.revision, coalesce(o.ts, 'infinity'), coalesce(o.is_sidechain, false),
           coalesce(o.is_fork, false), coalesce(o.session_id, ''), o.id))
$usage_call_rows$;

-- A function gives text of the database's collation.
CREATE VIEW {{schema}}usage_calls AS SELECT
  c.ts, c.source COLLATE pg_catalog."C" AS source,
  c.session_id COLLATE pg_catalog."C" AS session_id,
  c.message_id COLLATE pg_catalog."C" AS message_id, c.model COLLATE pg_catalog."C" AS model,
  c.project COLLATE pg_catalog."C" AS project, c.host COLLATE pg_catalog."C" AS host,
  c.branch COLLATE pg_catalog."C" AS branch, c.agent_id COLLATE pg_catalog."C" AS agent_id,
  c.is_sidechain, c.service_tier COLLATE pg_catalog."C" AS service_tier, c.input, c.output,
  c.reasoning, c.cache_read, c.cache_create_5m, c.cache_create_1h, c.web_search_requests,
  c.output_is_lower_bound
FROM {{schema}}usage_call_rows() AS c;

-- Days are those of UTC. The classes of tokens do not overlap; reasoning is a part of output.
CREATE VIEW {{schema}}daily_usage AS
SELECT CAST(pg_catalog.timezone('UTC', c.ts) AS DATE) AS day, c.source, c.model,
  pg_catalog.count(*) AS turns,
  CAST(pg_catalog.sum(c.input) AS BIGINT) AS input,
  CAST(pg_catalog.sum(c.output) AS BIGINT) AS output,
  CAST(pg_catalog.sum(c.reasoning) AS BIGINT) AS reasoning,
  CAST(pg_catalog.sum(c.cache_read) AS BIGINT) AS cache_read,
  CAST(pg_catalog.sum(c.cache_create_5m) AS BIGINT) AS cache_create_5m,
  CAST(pg_catalog.sum(c.cache_create_1h) AS BIGINT) AS cache_create_1h,
  CAST(pg_catalog.sum(c.web_search_requests) AS BIGINT) AS web_search_requests
FROM {{schema}}usage_calls AS c
GROUP BY 1, 2, 3;
-- 0004_operators.postgres.sql
-- What an operator says of a host.
CREATE TABLE {{schema}}host_note (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  host_id pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  label pg_catalog.TEXT COLLATE pg_catalog."C",
  is_retired BOOLEAN,
  is_repaired BOOLEAN
);

-- Lines that a run could not read.
ALTER TABLE {{schema}}run ADD COLUMN rejected BIGINT NOT NULL DEFAULT 0;
CREATE INDEX run_rejected ON {{schema}}run (host_id, rejected) WHERE rejected > 0;

-- As before, with the labels that operators give.
CREATE OR REPLACE FUNCTION {{schema}}usage_call_rows() RETURNS TABLE (
  ts TIMESTAMP WITH TIME ZONE,
  source pg_catalog.TEXT,
  session_id pg_catalog.TEXT,
  message_id pg_catalog.TEXT,
  model pg_catalog.TEXT,
  project pg_catalog.TEXT,
  host pg_catalog.TEXT,
  branch pg_catalog.TEXT,
  agent_id pg_catalog.TEXT,
  is_sidechain BOOLEAN,
  service_tier pg_catalog.TEXT,
  input BIGINT,
  output BIGINT,
  reasoning BIGINT,
  cache_read BIGINT,
  cache_create_5m BIGINT,
  cache_create_1h BIGINT,
  web_search_requests BIGINT,
  output_is_lower_bound BOOLEAN
) LANGUAGE sql STABLE AS $usage_call_rows$
  SELECT t.ts, t.source, t.session_id, t.message_id, t.model,
    coalesce(least(place.remote, t.remote), t.cwd), seen.label, t.branch, t.agent_id,
    coalesce(t.is_sidechain, false), t.service_tier, t.input, t.output, t.reasoning, t.cache_read,
    t.cache_create_5m, t.cache_create_1h, t.web_search_requests,
    coalesce(t.output_is_lower_bound, false)
  FROM {{schema}}turn AS t
  -- The smallest remote that any host knows for the folder, of the hosts the smallest label.
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      coalesce(s.cwd, '') AS cwd, pg_catalog.min(s.remote) AS remote
    FROM {{schema}}sighting AS s GROUP BY 1, 2, 3
  ) AS place ON place.source = coalesce(t.source, '')
    AND place.session_id = coalesce(t.session_id, '') AND place.cwd = coalesce(t.cwd, '')
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      pg_catalog.min(coalesce(n.label, h.label, s.host_id)) AS label
    FROM {{schema}}sighting AS s LEFT JOIN {{schema}}host AS h ON h.host_id = s.host_id
    LEFT JOIN {{schema}}host_note AS n ON n.host_id = s.host_id
    GROUP BY 1, 2
  ) AS seen ON seen.source = coalesce(t.source, '')
    AND seen.session_id = coalesce(t.session_id, '')
  WHERE t.is_void IS NULL AND NOT EXISTS (
    SELECT FROM {{schema}}turn AS o
    WHERE o.call_key = t.call_key AND o.id <> t.id AND o.is_void IS NULL
      AND (o.revision, coalesce(t.ts, 'infinity'), coalesce(t.is_sidechain, false),
           coalesce(t.is_fork, false), coalesce(t.session_id, ''), t.id)
        > (t.revision, coalesce(o.ts, 'infinity'), coalesce(o.is_sidechain, false),
           coalesce(o.is_fork, false), coalesce(o.session_id, ''), o.id))
$usage_call_rows$;
-- 0005_forget.sql
-- What is to be forgotten (core/records/forgotten.h): the id is a hash of the name, which stands nowhere.

CREATE TABLE {{schema}}forget (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  scope pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL
);
-- 0006_forget_repaired.postgres.sql
ALTER TABLE {{schema}}forget ADD COLUMN is_repaired BOOLEAN;
-- 0007_usage_summary.sql
-- Derived, for reports: canonical turns summed by quarter of an hour and whatever reports group by.
-- Never incremented: a quarter whose turns changed is made anew from them.

CREATE TABLE {{schema}}usage_summary (
  ts TIMESTAMP WITH TIME ZONE NOT NULL,  -- the quarter's start
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  model pg_catalog.TEXT COLLATE pg_catalog."C",
  service_tier pg_catalog.TEXT COLLATE pg_catalog."C",
  speed pg_catalog.TEXT COLLATE pg_catalog."C",
  inference_geo pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  cwd pg_catalog.TEXT COLLATE pg_catalog."C",
  remote pg_catalog.TEXT COLLATE pg_catalog."C",
  branch pg_catalog.TEXT COLLATE pg_catalog."C",
  agent_id pg_catalog.TEXT COLLATE pg_catalog."C",
  is_sidechain BOOLEAN,
  context_tokens BIGINT NOT NULL,  -- the greatest
  least_context_tokens BIGINT NOT NULL,
  turns BIGINT NOT NULL,
  input BIGINT NOT NULL,
  output BIGINT NOT NULL,
  reasoning BIGINT NOT NULL,
  cache_read BIGINT NOT NULL,
  cache_create_5m BIGINT NOT NULL,
  cache_create_1h BIGINT NOT NULL,
  web_search_requests BIGINT NOT NULL,
  lower_bound_turns BIGINT NOT NULL
);
CREATE INDEX usage_summary_ts ON {{schema}}usage_summary (ts);
CREATE INDEX turn_ts ON {{schema}}turn (ts);

-- Times of turns that were written, or moved away, since the summary was made anew. Only ever added
-- to by those who write turns, so that they never wait for each other here.
CREATE TABLE {{schema}}turn_change (
  ts TIMESTAMP WITH TIME ZONE
);
-- All that an earlier version wrote.
INSERT INTO {{schema}}turn_change SELECT DISTINCT ts FROM {{schema}}turn;
-- 0008_turn_moved.postgres.sql
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
-- 0010_logs_without_names.sql
-- Cursors know a log by a hash from now on: its path may name a project. Every log is read once more, which changes nothing.

DELETE FROM {{schema}}log_cursor;
-- 0011_money.postgres.sql
-- Calls that a turn stands for (null: one), and the subscription that paid for it.
ALTER TABLE {{schema}}turn ADD COLUMN calls BIGINT;
ALTER TABLE {{schema}}turn ADD COLUMN plan pg_catalog.TEXT COLLATE pg_catalog."C";

-- The price of a call depends on its plan, so the summary is divided by it. The summary is derived:
-- it is emptied here, and the next refresh fills it.
ALTER TABLE {{schema}}usage_summary ADD COLUMN plan pg_catalog.TEXT COLLATE pg_catalog."C";
DELETE FROM {{schema}}usage_summary;
INSERT INTO {{schema}}turn_change SELECT DISTINCT ts FROM {{schema}}turn;

-- What the readers of a run met and did not know.
ALTER TABLE {{schema}}run ADD COLUMN unknown BIGINT NOT NULL DEFAULT 0;

-- Dated rates that a host learned (core/records/records.h, Price).
CREATE TABLE {{schema}}price (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  provider pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  model pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  from_date pg_catalog.TEXT COLLATE pg_catalog."C",
  rates pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  origin pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  is_repaired BOOLEAN
);

-- What an agent states that its session has cost.
CREATE TABLE {{schema}}session_cost (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source pg_catalog.TEXT COLLATE pg_catalog."C",
  session_id pg_catalog.TEXT COLLATE pg_catalog."C",
  ts TIMESTAMP WITH TIME ZONE,
  model pg_catalog.TEXT COLLATE pg_catalog."C",
  input BIGINT NOT NULL,
  output BIGINT NOT NULL,
  cache_read BIGINT NOT NULL,
  cache_create BIGINT NOT NULL,
  cost_usd pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  has_unknown_cost BOOLEAN,
  is_repaired BOOLEAN
);

-- When a list of prices was last looked through.
CREATE TABLE {{schema}}price_check (
  id pg_catalog.BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  origin pg_catalog.TEXT COLLATE pg_catalog."C" NOT NULL,
  checked_at TIMESTAMP WITH TIME ZONE,
  is_repaired BOOLEAN
);
-- 0012_functions.postgres.sql
-- ALTER SCHEMA … RENAME leaves the bodies of functions as they are, so this one asks in which schema
-- its table is; a partition may be elsewhere. For usage_call_rows(), which cannot ask, `relayburn
-- migrate` runs this step again.
CREATE OR REPLACE FUNCTION {{schema}}turn_moved() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $turn_moved$
DECLARE
  ledger CONSTANT pg_catalog.text := (
    SELECT c.relnamespace::regnamespace FROM pg_class AS c
    WHERE c.oid = coalesce(pg_partition_root(TG_RELID)::oid, TG_RELID));
BEGIN
  EXECUTE format('INSERT INTO %s.turn_change VALUES ($1), ($2)', ledger) USING old.ts, new.ts;
  IF old.call_key <> new.call_key THEN
    EXECUTE format('INSERT INTO %1$s.turn_change SELECT ts FROM %1$s.turn WHERE call_key = $1',
                   ledger) USING old.call_key;
  END IF;
  RETURN NULL;
END $turn_moved$;

-- A caller's search_path must not decide which operators the body uses: it is parsed in each of his
-- statements, so it names the schema of each. `SET search_path` would do too, but a function with
-- settings is not inlined, and would read all turns for a report on a day.
CREATE OR REPLACE FUNCTION {{schema}}usage_call_rows() RETURNS TABLE (
  ts TIMESTAMP WITH TIME ZONE,
  source pg_catalog.TEXT,
  session_id pg_catalog.TEXT,
  message_id pg_catalog.TEXT,
  model pg_catalog.TEXT,
  project pg_catalog.TEXT,
  host pg_catalog.TEXT,
  branch pg_catalog.TEXT,
  agent_id pg_catalog.TEXT,
  is_sidechain BOOLEAN,
  service_tier pg_catalog.TEXT,
  input BIGINT,
  output BIGINT,
  reasoning BIGINT,
  cache_read BIGINT,
  cache_create_5m BIGINT,
  cache_create_1h BIGINT,
  web_search_requests BIGINT,
  output_is_lower_bound BOOLEAN
) LANGUAGE sql STABLE AS $usage_call_rows$
  SELECT t.ts, t.source, t.session_id, t.message_id, t.model,
    coalesce(least(place.remote, t.remote), t.cwd), seen.label, t.branch, t.agent_id,
    coalesce(t.is_sidechain, false), t.service_tier, t.input, t.output, t.reasoning, t.cache_read,
    t.cache_create_5m, t.cache_create_1h, t.web_search_requests,
    coalesce(t.output_is_lower_bound, false)
  FROM {{schema}}turn AS t
  -- The smallest remote that any host knows for the folder, of the hosts the smallest label.
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      coalesce(s.cwd, '') AS cwd, pg_catalog.min(s.remote) AS remote
    FROM {{schema}}sighting AS s GROUP BY 1, 2, 3
  ) AS place ON place.source OPERATOR(pg_catalog.=) coalesce(t.source, '')
    AND place.session_id OPERATOR(pg_catalog.=) coalesce(t.session_id, '')
    AND place.cwd OPERATOR(pg_catalog.=) coalesce(t.cwd, '')
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      pg_catalog.min(coalesce(n.label, h.label, s.host_id)) AS label
    FROM {{schema}}sighting AS s
    LEFT JOIN {{schema}}host AS h ON h.host_id OPERATOR(pg_catalog.=) s.host_id
    LEFT JOIN {{schema}}host_note AS n ON n.host_id OPERATOR(pg_catalog.=) s.host_id
    GROUP BY 1, 2
  ) AS seen ON seen.source OPERATOR(pg_catalog.=) coalesce(t.source, '')
    AND seen.session_id OPERATOR(pg_catalog.=) coalesce(t.session_id, '')
  WHERE t.is_void IS NULL AND NOT EXISTS (
    SELECT FROM {{schema}}turn AS o
    WHERE o.call_key OPERATOR(pg_catalog.=) t.call_key AND o.id OPERATOR(pg_catalog.<>) t.id
      AND o.is_void IS NULL
      AND (o.revision, coalesce(t.ts, 'infinity'), coalesce(t.is_sidechain, false),
           coalesce(t.is_fork, false), coalesce(t.session_id, ''), t.id)
        OPERATOR(pg_catalog.>)
          (t.revision, coalesce(o.ts, 'infinity'), coalesce(o.is_sidechain, false),
           coalesce(o.is_fork, false), coalesce(o.session_id, ''), o.id))
$usage_call_rows$;
-- 0013_functions.postgres.sql
-- The rows of the views say how many calls they stand for. A function cannot change what it
-- returns, so another one takes its place.

-- A caller's search_path must not decide which operators the body uses: it is parsed in each of his
-- statements, so it names the schema of each. `SET search_path` would do too, but a function with
-- settings is not inlined, and would read all turns for a report on a day.
CREATE OR REPLACE FUNCTION {{schema}}canonical_calls() RETURNS TABLE (
  ts TIMESTAMP WITH TIME ZONE,
  source pg_catalog.TEXT,
  session_id pg_catalog.TEXT,
  message_id pg_catalog.TEXT,
  model pg_catalog.TEXT,
  project pg_catalog.TEXT,
  host pg_catalog.TEXT,
  branch pg_catalog.TEXT,
  agent_id pg_catalog.TEXT,
  is_sidechain BOOLEAN,
  service_tier pg_catalog.TEXT,
  input BIGINT,
  output BIGINT,
  reasoning BIGINT,
  cache_read BIGINT,
  cache_create_5m BIGINT,
  cache_create_1h BIGINT,
  web_search_requests BIGINT,
  output_is_lower_bound BOOLEAN,
  calls BIGINT,
  plan pg_catalog.TEXT
) LANGUAGE sql STABLE AS $canonical_calls$
  SELECT t.ts, t.source, t.session_id, t.message_id, t.model,
    coalesce(least(place.remote, t.remote), t.cwd), seen.label, t.branch, t.agent_id,
    coalesce(t.is_sidechain, false), t.service_tier, t.input, t.output, t.reasoning, t.cache_read,
    t.cache_create_5m, t.cache_create_1h, t.web_search_requests,
    coalesce(t.output_is_lower_bound, false), coalesce(t.calls, 1), t.plan
  FROM {{schema}}turn AS t
  -- The smallest remote that any host knows for the folder, of the hosts the smallest label.
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      coalesce(s.cwd, '') AS cwd, pg_catalog.min(s.remote) AS remote
    FROM {{schema}}sighting AS s GROUP BY 1, 2, 3
  ) AS place ON place.source OPERATOR(pg_catalog.=) coalesce(t.source, '')
    AND place.session_id OPERATOR(pg_catalog.=) coalesce(t.session_id, '')
    AND place.cwd OPERATOR(pg_catalog.=) coalesce(t.cwd, '')
  LEFT JOIN (
    SELECT coalesce(s.source, '') AS source, coalesce(s.session_id, '') AS session_id,
      pg_catalog.min(coalesce(n.label, h.label, s.host_id)) AS label
    FROM {{schema}}sighting AS s
    LEFT JOIN {{schema}}host AS h ON h.host_id OPERATOR(pg_catalog.=) s.host_id
    LEFT JOIN {{schema}}host_note AS n ON n.host_id OPERATOR(pg_catalog.=) s.host_id
    GROUP BY 1, 2
  ) AS seen ON seen.source OPERATOR(pg_catalog.=) coalesce(t.source, '')
    AND seen.session_id OPERATOR(pg_catalog.=) coalesce(t.session_id, '')
  WHERE t.is_void IS NULL AND NOT EXISTS (
    SELECT FROM {{schema}}turn AS o
    WHERE o.call_key OPERATOR(pg_catalog.=) t.call_key AND o.id OPERATOR(pg_catalog.<>) t.id
      AND o.is_void IS NULL
      AND (o.revision, coalesce(t.ts, 'infinity'), coalesce(t.is_sidechain, false),
           coalesce(t.is_fork, false), coalesce(t.session_id, ''), t.id)
        OPERATOR(pg_catalog.>)
          (t.revision, coalesce(o.ts, 'infinity'), coalesce(o.is_sidechain, false),
           coalesce(o.is_fork, false), coalesce(o.session_id, ''), o.id))
$canonical_calls$;

-- As before, with how many model calls a row stands for and the subscription that paid.
CREATE OR REPLACE VIEW {{schema}}usage_calls AS SELECT
  c.ts, c.source COLLATE pg_catalog."C" AS source,
  c.session_id COLLATE pg_catalog."C" AS session_id,
  c.message_id COLLATE pg_catalog."C" AS message_id, c.model COLLATE pg_catalog."C" AS model,
  c.project COLLATE pg_catalog."C" AS project, c.host COLLATE pg_catalog."C" AS host,
  c.branch COLLATE pg_catalog."C" AS branch, c.agent_id COLLATE pg_catalog."C" AS agent_id,
  c.is_sidechain, c.service_tier COLLATE pg_catalog."C" AS service_tier, c.input, c.output,
  c.reasoning, c.cache_read, c.cache_create_5m, c.cache_create_1h, c.web_search_requests,
  c.output_is_lower_bound, c.calls, c.plan COLLATE pg_catalog."C" AS plan
FROM {{schema}}canonical_calls() AS c;

CREATE OR REPLACE VIEW {{schema}}daily_usage AS
SELECT CAST(pg_catalog.timezone('UTC', c.ts) AS DATE) AS day, c.source, c.model,
  CAST(pg_catalog.sum(c.calls) AS BIGINT) AS turns,
  CAST(pg_catalog.sum(c.input) AS BIGINT) AS input,
  CAST(pg_catalog.sum(c.output) AS BIGINT) AS output,
  CAST(pg_catalog.sum(c.reasoning) AS BIGINT) AS reasoning,
  CAST(pg_catalog.sum(c.cache_read) AS BIGINT) AS cache_read,
  CAST(pg_catalog.sum(c.cache_create_5m) AS BIGINT) AS cache_create_5m,
  CAST(pg_catalog.sum(c.cache_create_1h) AS BIGINT) AS cache_create_1h,
  CAST(pg_catalog.sum(c.web_search_requests) AS BIGINT) AS web_search_requests
FROM {{schema}}usage_calls AS c
GROUP BY 1, 2, 3;

DROP FUNCTION IF EXISTS {{schema}}usage_call_rows();
-- 0014_summary_numbered.sql
-- Rows of the summary are numbered within their quarter of an hour. A dump that is loaded over a
-- ledger is then refused instead of being counted twice. What is there may have been: it is deleted,
-- and an empty summary is made again.
DELETE FROM {{schema}}usage_summary;
ALTER TABLE {{schema}}usage_summary ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
DROP INDEX {{schema}}usage_summary_ts;
CREATE UNIQUE INDEX usage_summary_number ON {{schema}}usage_summary (ts, number);
-- 0015_replica_identity.postgres.sql
-- Where a publication is FOR ALL TABLES, nothing can be deleted from a table without a replica
-- identity. Those with a primary key have one.
ALTER TABLE {{schema}}content_cutoff REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}usage_summary REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}turn_change REPLICA IDENTITY FULL;

-- Statistics quote rows, and outlive those that are pruned. Nothing is looked up by a body. To set
-- the type again rewrites nothing, and drops the statistics that there are.
ALTER TABLE {{schema}}content ALTER COLUMN body TYPE pg_catalog.TEXT COLLATE pg_catalog."C";
ALTER TABLE {{schema}}content ALTER COLUMN body SET STATISTICS 0;
