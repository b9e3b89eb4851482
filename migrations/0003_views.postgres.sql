-- For those who ask the ledger in SQL, such as Grafana. The rows come from a function, which names
-- the tables as text: a view would hold each table in place, and they may be replaced by partitioned
-- ones. It takes no rights and hides none: whoever asks needs SELECT on the tables.

-- One row a canonical call, as ledger.md 3 chooses it and as every figure of `analyze` counts it.
CREATE FUNCTION {{schema}}usage_call_rows() RETURNS TABLE (
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
  output_is_lower_bound {{flag}}
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
