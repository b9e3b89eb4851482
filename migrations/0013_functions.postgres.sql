-- The rows of the views say how many calls they stand for. A function cannot change what it
-- returns, so another one takes its place.

-- A caller's search_path must not decide which operators the body uses: it is parsed in each of his
-- statements, so it names the schema of each. `SET search_path` would do too, but a function with
-- settings is not inlined, and would read all turns for a report on a day.
CREATE OR REPLACE FUNCTION {{schema}}canonical_calls() RETURNS TABLE (
  ts {{instant}},
  source pg_catalog.TEXT,
  session_id pg_catalog.TEXT,
  message_id pg_catalog.TEXT,
  model pg_catalog.TEXT,
  project pg_catalog.TEXT,
  host pg_catalog.TEXT,
  branch pg_catalog.TEXT,
  agent_id pg_catalog.TEXT,
  is_sidechain {{flag}},
  service_tier pg_catalog.TEXT,
  input {{integer}},
  output {{integer}},
  reasoning {{integer}},
  cache_read {{integer}},
  cache_create_5m {{integer}},
  cache_create_1h {{integer}},
  web_search_requests {{integer}},
  output_is_lower_bound {{flag}},
  calls {{integer}},
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
