-- Derived, for reports: canonical turns summed by quarter of an hour and whatever reports group by.
-- Never incremented: a quarter whose turns changed is made anew from them.

CREATE TABLE {{schema}}usage_summary (
  ts {{instant}} NOT NULL,  -- the quarter's start
  source {{text}},
  model {{text}},
  service_tier {{text}},
  speed {{text}},
  inference_geo {{text}},
  session_id {{text}},
  cwd {{text}},
  remote {{text}},
  branch {{text}},
  agent_id {{text}},
  is_sidechain {{flag}},
  context_tokens {{integer}} NOT NULL,  -- the greatest
  least_context_tokens {{integer}} NOT NULL,
  turns {{integer}} NOT NULL,
  input {{integer}} NOT NULL,
  output {{integer}} NOT NULL,
  reasoning {{integer}} NOT NULL,
  cache_read {{integer}} NOT NULL,
  cache_create_5m {{integer}} NOT NULL,
  cache_create_1h {{integer}} NOT NULL,
  web_search_requests {{integer}} NOT NULL,
  lower_bound_turns {{integer}} NOT NULL
);
CREATE INDEX usage_summary_ts ON {{schema}}usage_summary (ts);
CREATE INDEX turn_ts ON {{schema}}turn (ts);

-- Times of turns that were written, or moved away, since the summary was made anew. Only ever added
-- to by those who write turns, so that they never wait for each other here.
CREATE TABLE {{schema}}turn_change (
  ts {{instant}}
);
-- All that an earlier version wrote.
INSERT INTO {{schema}}turn_change SELECT DISTINCT ts FROM {{schema}}turn;
