-- One table a kind of record (core/records/records.h), in the order of its columns; `tie` decides
-- between records of equal revision and time. Instants are UTC.

CREATE TABLE {{schema}}turn (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  message_id {{text}} NOT NULL,
  call_key {{bytes}} NOT NULL,
  model {{text}},
  input {{integer}} NOT NULL,
  output {{integer}} NOT NULL,
  reasoning {{integer}} NOT NULL,
  cache_read {{integer}} NOT NULL,
  cache_create_5m {{integer}} NOT NULL,
  cache_create_1h {{integer}} NOT NULL,
  web_search_requests {{integer}} NOT NULL,
  context_tokens {{integer}},
  service_tier {{text}},
  speed {{text}},
  inference_geo {{text}},
  stop_reason {{text}},
  is_sidechain {{flag}},
  agent_id {{text}},
  is_fork {{flag}},
  output_is_lower_bound {{flag}},
  keywords {{integer}} NOT NULL,
  uuid {{text}},
  parent_uuid {{text}},
  request_id {{text}},
  branch {{text}},
  cwd {{text}},
  remote {{text}},
  version {{text}},
  reported_cost_usd {{text}}
);

-- Copies of one billed call find each other by it.
CREATE INDEX turn_call_key ON {{schema}}turn (call_key);

CREATE TABLE {{schema}}tool_call (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  message_id {{text}} NOT NULL,
  tool_use_id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  args_hash {{bytes}} NOT NULL,
  input_bytes {{integer}} NOT NULL,
  file_path {{text}},
  family {{text}},
  subagent_type {{text}}
);

CREATE TABLE {{schema}}tool_result (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  tool_use_id {{text}} NOT NULL,
  event_source {{text}} NOT NULL,
  message_id {{text}},
  status {{text}} NOT NULL,
  content_bytes {{integer}},
  content_hash {{bytes}},
  spawned_agent_id {{text}},
  spawned_session_id {{text}},
  subagent_type {{text}}
);

CREATE TABLE {{schema}}user_turn (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  uuid {{text}},
  parent_uuid {{text}},
  text_bytes {{integer}} NOT NULL,
  keywords {{integer}} NOT NULL,
  is_meta {{flag}},
  is_compact_summary {{flag}},
  is_sidechain {{flag}},
  agent_id {{text}}
);

CREATE TABLE {{schema}}relationship (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  type {{text}} NOT NULL,
  related_session_id {{text}},
  agent_id {{text}},
  parent_tool_use_id {{text}},
  subagent_type {{text}},
  version {{text}}
);

CREATE TABLE {{schema}}compaction (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  uuid {{text}},
  logical_parent_uuid {{text}},
  trigger {{text}},
  tokens_before {{integer}},
  tokens_after {{integer}}
);

CREATE TABLE {{schema}}stamp (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  message_id {{text}},
  from_ts {{instant}},
  to_ts {{instant}},
  enrichment {{text}} NOT NULL
);

CREATE TABLE {{schema}}content (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  message_id {{text}},
  content_kind {{text}} NOT NULL,
  role {{text}} NOT NULL,
  tool_use_id {{text}},
  body {{text}} NOT NULL
);

CREATE TABLE {{schema}}sighting (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  source {{text}},
  session_id {{text}},
  host_id {{text}} NOT NULL,
  cwd {{text}},
  remote {{text}}
);

CREATE TABLE {{schema}}host (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  host_id {{text}} NOT NULL,
  label {{text}} NOT NULL,
  version {{text}} NOT NULL,
  last_ingest {{instant}},
  last_result {{text}} NOT NULL
);

-- Where each host stopped reading each log. A path is bytes.
CREATE TABLE {{schema}}log_cursor (
  host_id {{text}} NOT NULL,
  source {{text}} NOT NULL,
  path {{bytes}} NOT NULL,
  device {{integer}} NOT NULL,
  inode {{integer}} NOT NULL,
  size {{integer}} NOT NULL,
  mtime_ns {{integer}} NOT NULL,
  ctime_ns {{integer}} NOT NULL,
  read_offset {{integer}} NOT NULL,
  parser_version {{integer}} NOT NULL,
  lines {{integer}} NOT NULL,
  head_hash {{integer}} NOT NULL,
  tail_hash {{integer}} NOT NULL,
  state {{bytes}} NOT NULL,
  PRIMARY KEY (host_id, source, path)
);

-- Which batch of a run came last: a batch sent again after a lost answer is known by its number.
CREATE TABLE {{schema}}run (
  run_id {{text}} NOT NULL PRIMARY KEY,
  host_id {{text}} NOT NULL,
  last_batch {{integer}} NOT NULL
);

-- What a run changed, and what its last batch did of that.
CREATE TABLE {{schema}}run_count (
  run_id {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  inserted {{integer}} NOT NULL,
  updated {{integer}} NOT NULL,
  duplicate {{integer}} NOT NULL,
  last_inserted {{integer}} NOT NULL,
  last_updated {{integer}} NOT NULL,
  last_duplicate {{integer}} NOT NULL,
  PRIMARY KEY (run_id, kind)
);

-- Content older than the cutoff is hidden, but in the kept sessions. At most one row.
CREATE TABLE {{schema}}content_cutoff (
  cutoff {{instant}} NOT NULL
);
CREATE TABLE {{schema}}content_kept (
  source {{text}} NOT NULL,
  session_id {{text}} NOT NULL,
  PRIMARY KEY (source, session_id)
);
