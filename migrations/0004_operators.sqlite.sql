-- What an operator says of a host.
CREATE TABLE {{schema}}host_note (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  tie {{integer}} NOT NULL,
  host_id {{text}} NOT NULL,
  label {{text}},
  is_retired {{flag}}
);

-- Lines that a run could not read.
ALTER TABLE {{schema}}run ADD COLUMN rejected {{integer}} NOT NULL DEFAULT 0;
CREATE INDEX run_rejected ON {{schema}}run (host_id, rejected) WHERE rejected > 0;
