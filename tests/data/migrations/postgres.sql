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
