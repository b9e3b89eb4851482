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
