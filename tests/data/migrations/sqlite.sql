-- 0001_ledger.sql
-- One table a kind of record (core/records/records.h), in the order of its columns; `tie` decides
-- between records of equal revision and time. Instants are UTC.

CREATE TABLE turn (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  message_id TEXT NOT NULL,
  call_key BLOB NOT NULL,
  model TEXT,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_create_5m INTEGER NOT NULL,
  cache_create_1h INTEGER NOT NULL,
  web_search_requests INTEGER NOT NULL,
  context_tokens INTEGER,
  service_tier TEXT,
  speed TEXT,
  inference_geo TEXT,
  stop_reason TEXT,
  is_sidechain INTEGER,
  agent_id TEXT,
  is_fork INTEGER,
  output_is_lower_bound INTEGER,
  keywords INTEGER NOT NULL,
  uuid TEXT,
  parent_uuid TEXT,
  request_id TEXT,
  branch TEXT,
  cwd TEXT,
  remote TEXT,
  version TEXT,
  reported_cost_usd TEXT
);

-- Copies of one billed call find each other by it.
CREATE INDEX turn_call_key ON turn (call_key);

CREATE TABLE tool_call (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  message_id TEXT NOT NULL,
  tool_use_id TEXT NOT NULL,
  name TEXT NOT NULL,
  args_hash BLOB NOT NULL,
  input_bytes INTEGER NOT NULL,
  file_path TEXT,
  family TEXT,
  subagent_type TEXT
);

CREATE TABLE tool_result (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  tool_use_id TEXT NOT NULL,
  event_source TEXT NOT NULL,
  message_id TEXT,
  status TEXT NOT NULL,
  content_bytes INTEGER,
  content_hash BLOB,
  spawned_agent_id TEXT,
  spawned_session_id TEXT,
  subagent_type TEXT
);

CREATE TABLE user_turn (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  uuid TEXT,
  parent_uuid TEXT,
  text_bytes INTEGER NOT NULL,
  keywords INTEGER NOT NULL,
  is_meta INTEGER,
  is_compact_summary INTEGER,
  is_sidechain INTEGER,
  agent_id TEXT
);

CREATE TABLE relationship (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  type TEXT NOT NULL,
  related_session_id TEXT,
  agent_id TEXT,
  parent_tool_use_id TEXT,
  subagent_type TEXT,
  version TEXT
);

CREATE TABLE compaction (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  uuid TEXT,
  logical_parent_uuid TEXT,
  trigger TEXT,
  tokens_before INTEGER,
  tokens_after INTEGER
);

CREATE TABLE stamp (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  message_id TEXT,
  from_ts INTEGER,
  to_ts INTEGER,
  enrichment TEXT NOT NULL
);

CREATE TABLE content (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  message_id TEXT,
  content_kind TEXT NOT NULL,
  role TEXT NOT NULL,
  tool_use_id TEXT,
  body TEXT NOT NULL
);

CREATE TABLE sighting (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  source TEXT,
  session_id TEXT,
  host_id TEXT NOT NULL,
  cwd TEXT,
  remote TEXT
);

CREATE TABLE host (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  host_id TEXT NOT NULL,
  label TEXT NOT NULL,
  version TEXT NOT NULL,
  last_ingest INTEGER,
  last_result TEXT NOT NULL
);

-- Where each host stopped reading each log. A path is bytes.
CREATE TABLE log_cursor (
  host_id TEXT NOT NULL,
  source TEXT NOT NULL,
  path BLOB NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  read_offset INTEGER NOT NULL,
  parser_version INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  head_hash INTEGER NOT NULL,
  tail_hash INTEGER NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (host_id, source, path)
);

-- Which batch of a run came last: a batch sent again after a lost answer is known by its number.
CREATE TABLE run (
  run_id TEXT NOT NULL PRIMARY KEY,
  host_id TEXT NOT NULL,
  last_batch INTEGER NOT NULL
);

-- What a run changed, and what its last batch did of that.
CREATE TABLE run_count (
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  last_inserted INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  last_duplicate INTEGER NOT NULL,
  PRIMARY KEY (run_id, kind)
);

-- Content older than the cutoff is hidden, but in the kept sessions. At most one row.
CREATE TABLE content_cutoff (
  cutoff INTEGER NOT NULL
);
CREATE TABLE content_kept (
  source TEXT NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY (source, session_id)
);
-- 0004_operators.sqlite.sql
-- What an operator says of a host.
CREATE TABLE host_note (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  host_id TEXT NOT NULL,
  label TEXT,
  is_retired INTEGER
);

-- Lines that a run could not read.
ALTER TABLE run ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_rejected ON run (host_id, rejected) WHERE rejected > 0;
-- 0005_forget.sql
-- What is to be forgotten (core/records/forgotten.h): the id is a hash of the name, which stands nowhere.

CREATE TABLE forget (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  tie INTEGER NOT NULL,
  scope TEXT NOT NULL
);
-- 0007_usage_summary.sql
-- Derived, for reports: canonical turns summed by quarter of an hour and whatever reports group by.
-- Never incremented: a quarter whose turns changed is made anew from them.

CREATE TABLE usage_summary (
  ts INTEGER NOT NULL,  -- the quarter's start
  source TEXT,
  model TEXT,
  service_tier TEXT,
  speed TEXT,
  inference_geo TEXT,
  session_id TEXT,
  cwd TEXT,
  remote TEXT,
  branch TEXT,
  agent_id TEXT,
  is_sidechain INTEGER,
  context_tokens INTEGER NOT NULL,  -- the greatest
  least_context_tokens INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_create_5m INTEGER NOT NULL,
  cache_create_1h INTEGER NOT NULL,
  web_search_requests INTEGER NOT NULL,
  lower_bound_turns INTEGER NOT NULL
);
CREATE INDEX usage_summary_ts ON usage_summary (ts);
CREATE INDEX turn_ts ON turn (ts);

-- Times of turns that were written, or moved away, since the summary was made anew. Only ever added
-- to by those who write turns, so that they never wait for each other here.
CREATE TABLE turn_change (
  ts INTEGER
);
-- All that an earlier version wrote.
INSERT INTO turn_change SELECT DISTINCT ts FROM turn;
-- 0008_turn_moved.sqlite.sql
-- A turn that leaves its time or its call changes what is counted there, too.
CREATE TRIGGER turn_moved AFTER UPDATE ON turn
BEGIN
  INSERT INTO turn_change VALUES (old.ts), (new.ts);
  INSERT INTO turn_change SELECT ts FROM turn
    WHERE old.call_key <> new.call_key AND call_key = old.call_key;
END;
-- 0009_no_tie.sqlite.sql
-- Between records of equal revision and time the records themselves decide: they are compared when they
-- meet, in the transaction of the only writer.
ALTER TABLE turn DROP COLUMN tie;
ALTER TABLE tool_call DROP COLUMN tie;
ALTER TABLE tool_result DROP COLUMN tie;
ALTER TABLE user_turn DROP COLUMN tie;
ALTER TABLE relationship DROP COLUMN tie;
ALTER TABLE compaction DROP COLUMN tie;
ALTER TABLE stamp DROP COLUMN tie;
ALTER TABLE content DROP COLUMN tie;
ALTER TABLE sighting DROP COLUMN tie;
ALTER TABLE host DROP COLUMN tie;
ALTER TABLE host_note DROP COLUMN tie;
ALTER TABLE forget DROP COLUMN tie;
-- 0010_logs_without_names.sql
-- Cursors know a log by a hash from now on: its path may name a project. Every log is read once more, which changes nothing.

DELETE FROM log_cursor;
-- 0011_money.sqlite.sql
-- Calls that a turn stands for (null: one), and the subscription that paid for it.
ALTER TABLE turn ADD COLUMN calls INTEGER;
ALTER TABLE turn ADD COLUMN plan TEXT;

-- The price of a call depends on its plan, so the summary is divided by it. The summary is derived:
-- it is emptied here, and the next refresh fills it.
ALTER TABLE usage_summary ADD COLUMN plan TEXT;
DELETE FROM usage_summary;
INSERT INTO turn_change SELECT DISTINCT ts FROM turn;

-- What the readers of a run met and did not know.
ALTER TABLE run ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0;

-- Dated rates that a host learned (core/records/records.h, Price).
CREATE TABLE price (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  from_date TEXT,
  rates TEXT NOT NULL,
  origin TEXT NOT NULL
);

-- What an agent states that its session has cost.
CREATE TABLE session_cost (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  is_void INTEGER,
  source TEXT,
  session_id TEXT,
  ts INTEGER,
  model TEXT,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_create INTEGER NOT NULL,
  cost_usd TEXT NOT NULL,
  has_unknown_cost INTEGER
);

-- When a list of prices was last looked through.
CREATE TABLE price_check (
  id BLOB NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  origin TEXT NOT NULL,
  checked_at INTEGER
);
-- 0014_summary_numbered.sql
-- Rows of the summary are numbered within their quarter of an hour. A dump that is loaded over a
-- ledger is then refused instead of being counted twice. What is there may have been: it is deleted,
-- and an empty summary is made again.
DELETE FROM usage_summary;
ALTER TABLE usage_summary ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
DROP INDEX usage_summary_ts;
CREATE UNIQUE INDEX usage_summary_number ON usage_summary (ts, number);
