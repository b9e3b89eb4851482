-- Rows of the summary are numbered within their quarter of an hour. A dump that is loaded over a
-- ledger is then refused instead of being counted twice. What is there may have been: it is deleted,
-- and an empty summary is made again.
DELETE FROM {{schema}}usage_summary;
ALTER TABLE {{schema}}usage_summary ADD COLUMN number {{integer}} NOT NULL DEFAULT 0;
DROP INDEX {{schema}}usage_summary_ts;
CREATE UNIQUE INDEX usage_summary_number ON {{schema}}usage_summary (ts, number);
