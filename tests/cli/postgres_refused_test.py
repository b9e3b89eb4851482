#!/usr/bin/env python3
"""What the database refuses: its schema stops the run, and a value that no schema could hold is set aside and counted."""

import socket

from harness import CliTest, DONE, DONE_IN_PART, NO_STORE, assistant, main
from network import Network, receive, send
from postgres import SERVER

LINES = 50


class SpoilingNetwork(Network):
    """Makes bytes that are no UTF-8 of one message's id."""

    def carry_questions(self, client, server):
        while data := receive(client):
            send(server, data.replace(b"msg_bad", b"\xff\xffg_bad"))
        server.shutdown(socket.SHUT_WR)


class Refused(CliTest):
    only_on = ("postgres",)

    def turn_count(self):
        return int(SERVER.value(f"SELECT count(*) FROM {self.schema()}.turn"))

    def check_stops(self, change, back, name, **fields):
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", number, **fields) for number in range(LINES)])
        self.run_program("ingest", "--quiet", "--path", self.logs)
        SERVER.sql(change.format(turn=f"{self.schema()}.turn", schema=self.schema()))
        self.write_log("b.jsonl", *[assistant(f"other_{number}", 5000, **fields) for number in range(LINES)])
        for _ in range(2):
            result = self.run_program("ingest", "--quiet", "--path", self.logs, expect=NO_STORE)
            self.assertIn(name, result.err.decode())
            self.assertIn("nothing is lost", result.err.decode())
            self.assertEqual(self.turn_count(), LINES)
        SERVER.sql(back.format(turn=f"{self.schema()}.turn", schema=self.schema()))
        self.run_program("ingest", "--quiet", "--path", self.logs)
        self.assertEqual(self.turn_count(), 2 * LINES)
        self.assertEqual(SERVER.value(f"SELECT sum(rejected) FROM {self.schema()}.run"), "0")

    def test_a_check_stops_the_run(self):
        self.check_stops("ALTER TABLE {turn} ADD CONSTRAINT small CHECK (output < 1000)", "ALTER TABLE {turn} DROP CONSTRAINT small", "small")

    def test_a_column_that_must_be_filled_stops_the_run(self):
        self.check_stops("ALTER TABLE {turn} ADD team TEXT NOT NULL DEFAULT ''; ALTER TABLE {turn} ALTER team DROP DEFAULT",
                         "ALTER TABLE {turn} DROP team", "team")

    def test_a_foreign_key_stops_the_run(self):
        self.check_stops("CREATE TABLE {schema}.known AS SELECT DISTINCT message_id FROM {turn};"
                         " ALTER TABLE {schema}.known ADD PRIMARY KEY (message_id);"
                         " ALTER TABLE {turn} ADD CONSTRAINT is_known FOREIGN KEY (message_id) REFERENCES {schema}.known",
                         "ALTER TABLE {turn} DROP CONSTRAINT is_known", "is_known")

    def test_a_unique_index_stops_the_run(self):
        self.check_stops("CREATE UNIQUE INDEX one_each ON {turn} (output) WHERE output = 5000", "DROP INDEX {schema}.one_each", "one_each")

    def test_an_index_that_takes_no_long_texts_stops_the_run(self):
        from random import Random
        folder = "/" + Random(1).randbytes(4000).hex()  # does not compress below the bound
        self.check_stops("CREATE INDEX by_folder ON {turn} (cwd) WHERE output = 5000", "DROP INDEX {schema}.by_folder", "index row", cwd=folder)

    def test_a_narrower_type_stops_the_run(self):
        self.check_stops("DROP VIEW {schema}.daily_usage, {schema}.usage_calls; ALTER TABLE {turn} ALTER message_id TYPE VARCHAR(6)",
                         "ALTER TABLE {turn} ALTER message_id TYPE TEXT", "character varying(6)")

    def test_a_trigger_that_raises_stops_the_run(self):
        self.check_stops("CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;"
                         " CREATE TRIGGER refuse BEFORE INSERT ON {turn} FOR EACH ROW EXECUTE FUNCTION {schema}.refuse()",
                         "DROP TRIGGER refuse ON {turn}", "not today")

    def test_a_value_that_no_schema_could_hold_is_set_aside_and_counted(self):
        network = SpoilingNetwork()
        self.addCleanup(network.close)
        environment = self.environment(RELAYBURN_DATABASE_URL=network.url)
        self.run_program("migrate")
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", number) for number in range(LINES)], assistant("msg_bad", 1))
        self.run_program("ingest", "--quiet", "--path", self.logs, env=environment, expect=DONE_IN_PART)
        self.assertEqual(self.turn_count(), LINES)
        self.assertEqual(SERVER.value(f"SELECT sum(rejected) FROM {self.schema()}.run"), "1")
        self.assertEqual(SERVER.sql(f"SELECT inserted, updated, duplicate FROM {self.schema()}.run_count WHERE kind = 'turn'"),
                         [[str(LINES), "0", "0"]])
        # The log was read to its end, and the next run has nothing to say.
        self.assert_nothing_read(self.ingest_logs(env=environment))
        result = self.run_program("ingest", "--full", "--json", "--path", self.logs, env=environment, expect=DONE_IN_PART)
        self.assertEqual(result.json["recordsRefused"], 1)
        self.assertEqual(result.json["records"]["turn"], {"inserted": 0, "updated": 0, "duplicate": LINES})
        self.assertIn(b"set aside", result.err)
        self.assertIn("refused  1 record", self.run_program("ingest", "--full", "--path", self.logs, env=environment, expect=DONE_IN_PART).text)
        # Nothing was wrong but the way.
        self.run_program("ingest", "--full", "--quiet", "--path", self.logs, expect=DONE)
        self.assertEqual(self.turn_count(), LINES + 1)

    def test_a_stamp_that_cannot_be_stored_is_an_error(self):
        self.run_program("migrate")
        network = SpoilingNetwork()
        self.addCleanup(network.close)
        environment = self.environment(RELAYBURN_DATABASE_URL=network.url)
        self.run_program("stamp", "--session", "msg_bad", "a=b", env=environment, expect=NO_STORE)


if __name__ == "__main__":
    main()
