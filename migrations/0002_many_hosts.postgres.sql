-- A path may be longer than what an index takes.
ALTER TABLE {{schema}}log_cursor DROP CONSTRAINT log_cursor_pkey;
CREATE UNIQUE INDEX log_cursor_path ON {{schema}}log_cursor (host_id, source, pg_catalog.sha256(path));
ALTER TABLE {{schema}}log_cursor REPLICA IDENTITY FULL;

-- Whether a record has replaced another one since its key came in. It tells an inserted row from an
-- updated one in the answer of INSERT … ON CONFLICT DO UPDATE, on partitioned tables too; SQLite
-- has other means. Null, which takes no space, until then.

ALTER TABLE {{schema}}turn ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}tool_call ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}tool_result ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}user_turn ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}relationship ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}compaction ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}stamp ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}content ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}sighting ADD COLUMN is_repaired {{flag}};
ALTER TABLE {{schema}}host ADD COLUMN is_repaired {{flag}};
