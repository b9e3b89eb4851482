-- 0001_ledger.sql
-- One table a kind of record (core/records/records.h), in the order of its columns; `tie` decides
-- between records of equal revision and time. Instants are UTC.

CREATE TABLE {{schema}}turn (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  message_id TEXT COLLATE "C" NOT NULL,
  call_key BYTEA NOT NULL,
  model TEXT COLLATE "C",
  input BIGINT NOT NULL,
  output BIGINT NOT NULL,
  reasoning BIGINT NOT NULL,
  cache_read BIGINT NOT NULL,
  cache_create_5m BIGINT NOT NULL,
  cache_create_1h BIGINT NOT NULL,
  web_search_requests BIGINT NOT NULL,
  context_tokens BIGINT,
  service_tier TEXT COLLATE "C",
  speed TEXT COLLATE "C",
  inference_geo TEXT COLLATE "C",
  stop_reason TEXT COLLATE "C",
  is_sidechain BOOLEAN,
  agent_id TEXT COLLATE "C",
  is_fork BOOLEAN,
  output_is_lower_bound BOOLEAN,
  keywords BIGINT NOT NULL,
  uuid TEXT COLLATE "C",
  parent_uuid TEXT COLLATE "C",
  request_id TEXT COLLATE "C",
  branch TEXT COLLATE "C",
  cwd TEXT COLLATE "C",
  remote TEXT COLLATE "C",
  version TEXT COLLATE "C",
  reported_cost_usd TEXT COLLATE "C"
);

-- Copies of one billed call find each other by it.
CREATE INDEX turn_call_key ON {{schema}}turn (call_key);

CREATE TABLE {{schema}}tool_call (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  message_id TEXT COLLATE "C" NOT NULL,
  tool_use_id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  args_hash BYTEA NOT NULL,
  input_bytes BIGINT NOT NULL,
  file_path TEXT COLLATE "C",
  family TEXT COLLATE "C",
  subagent_type TEXT COLLATE "C"
);

CREATE TABLE {{schema}}tool_result (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  tool_use_id TEXT COLLATE "C" NOT NULL,
  event_source TEXT COLLATE "C" NOT NULL,
  message_id TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL,
  content_bytes BIGINT,
  content_hash BYTEA,
  spawned_agent_id TEXT COLLATE "C",
  spawned_session_id TEXT COLLATE "C",
  subagent_type TEXT COLLATE "C"
);

CREATE TABLE {{schema}}user_turn (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  uuid TEXT COLLATE "C",
  parent_uuid TEXT COLLATE "C",
  text_bytes BIGINT NOT NULL,
  keywords BIGINT NOT NULL,
  is_meta BOOLEAN,
  is_compact_summary BOOLEAN,
  is_sidechain BOOLEAN,
  agent_id TEXT COLLATE "C"
);

CREATE TABLE {{schema}}relationship (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  type TEXT COLLATE "C" NOT NULL,
  related_session_id TEXT COLLATE "C",
  agent_id TEXT COLLATE "C",
  parent_tool_use_id TEXT COLLATE "C",
  subagent_type TEXT COLLATE "C",
  version TEXT COLLATE "C"
);

CREATE TABLE {{schema}}compaction (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  uuid TEXT COLLATE "C",
  logical_parent_uuid TEXT COLLATE "C",
  trigger TEXT COLLATE "C",
  tokens_before BIGINT,
  tokens_after BIGINT
);

CREATE TABLE {{schema}}stamp (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  message_id TEXT COLLATE "C",
  from_ts TIMESTAMPTZ,
  to_ts TIMESTAMPTZ,
  enrichment TEXT COLLATE "C" NOT NULL
);

CREATE TABLE {{schema}}content (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  is_void BOOLEAN,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  ts TIMESTAMPTZ,
  message_id TEXT COLLATE "C",
  content_kind TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  tool_use_id TEXT COLLATE "C",
  body TEXT COLLATE "C" NOT NULL
);

CREATE TABLE {{schema}}sighting (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  source TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  host_id TEXT COLLATE "C" NOT NULL,
  cwd TEXT COLLATE "C",
  remote TEXT COLLATE "C"
);

CREATE TABLE {{schema}}host (
  id BYTEA NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  tie BIGINT NOT NULL,
  host_id TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  last_ingest TIMESTAMPTZ,
  last_result TEXT COLLATE "C" NOT NULL
);

-- Where each host stopped reading each log. A path is bytes.
CREATE TABLE {{schema}}log_cursor (
  host_id TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  path BYTEA NOT NULL,
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
  state BYTEA NOT NULL,
  PRIMARY KEY (host_id, source, path)
);

-- Which batch of a run came last: a batch sent again after a lost answer is known by its number.
CREATE TABLE {{schema}}run (
  run_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  host_id TEXT COLLATE "C" NOT NULL,
  last_batch BIGINT NOT NULL
);

-- What a run changed, and what its last batch did of that.
CREATE TABLE {{schema}}run_count (
  run_id TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
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
  cutoff TIMESTAMPTZ NOT NULL
);
CREATE TABLE {{schema}}content_kept (
  source TEXT COLLATE "C" NOT NULL,
  session_id TEXT COLLATE "C" NOT NULL,
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
