-- Cursors know a log by a hash from now on: its path may name a project. Every log is read once more, which changes nothing.

DELETE FROM {{schema}}log_cursor;
