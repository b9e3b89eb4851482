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
