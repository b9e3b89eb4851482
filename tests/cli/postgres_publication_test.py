#!/usr/bin/env python3
"""A database that publishes all tables, for logical replication, and the statistics that PostgreSQL keeps of them."""

from harness import CliTest, assistant, main, user
from postgres import SERVER, unique_name

WITHOUT_IDENTITY = """SELECT relname FROM pg_class AS c WHERE relnamespace = '{}'::regnamespace AND relkind IN ('r', 'p')
  AND relreplident <> 'f' AND NOT EXISTS (
    SELECT FROM pg_index WHERE indrelid = c.oid AND (relreplident = 'd' AND indisprimary OR relreplident = 'i' AND indisreplident))"""


class OfSecrets(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.content = self.environment(RELAYBURN_CONTENT_STORE="full")
        for name, folder in (("plain", "/home/dev/shop"), ("whisper", "/home/dev/whisper")):
            self.write_log(f"{name}.jsonl", *[line for n in range(20) for line in (
                user(f"{name} says", session=name, cwd=folder, uuid=f"u-{name}-{n}"),
                assistant(f"msg_{name}_{n}", session=name, cwd=folder, content=[{"type": "text", "text": f"{name} said"}]))])


class Publication(OfSecrets):
    def test_each_table_has_a_replica_identity(self):
        self.run_program("migrate")
        self.assertEqual(SERVER.sql(WITHOUT_IDENTITY.format(self.schema())), [])

    def test_every_command_works_under_a_publication_of_all_tables(self):
        self.ingest_logs(env=self.content)
        name = unique_name()
        SERVER.sql(f"SET client_min_messages = error; CREATE PUBLICATION {name} FOR ALL TABLES")
        self.addCleanup(SERVER.sql, f"DROP PUBLICATION {name}")
        self.write_log("more.jsonl", assistant("msg_more"), assistant("msg_plain_1", 90, session="plain"))
        for command in (["ingest", "--path", self.logs], ["forget", "--session", "whisper"], ["prune", "--older-than", "2026-06-01"],
                        ["ingest", "--full", "--path", self.logs], ["prune", "--older-than", "2026-07-01"], ["stamp", "--session", "plain", "a=b"]):
            self.assertEqual(self.run_program(*command, env=self.content).err, b"")
        self.assertEqual(SERVER.value(f"SELECT sum(turns) FROM {self.schema()}.usage_summary"), "21")


class Statistics(OfSecrets):
    def shown(self):
        """Whether statistics quote what is secret."""
        return "whisper" in SERVER.value(f"SELECT string_agg(s::text, ' ') FROM pg_stats AS s WHERE schemaname = '{self.schema()}'")

    def analyze_tables(self):
        tables = SERVER.value(f"SELECT string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relnamespace = '{self.schema()}'::regnamespace AND relkind = 'r'")
        SERVER.sql(f"ANALYZE {tables}")

    def test_they_forget_too(self):
        self.ingest_logs(env=self.content)
        self.analyze_tables()
        self.assertTrue(self.shown())
        self.run_program("forget", "--session", "whisper")
        self.assertFalse(self.shown())

    def test_they_never_quote_a_text(self):
        self.ingest_logs(env=self.content)
        self.analyze_tables()
        self.assertEqual(SERVER.value(f"SELECT count(*) FROM pg_stats WHERE schemaname = '{self.schema()}' AND attname = 'body'"), "0")

    def test_they_are_taken_again_after_a_prune(self):
        self.ingest_logs(env=self.content)
        self.analyze_tables()
        sessions = f"SELECT count(*) FROM pg_stats WHERE schemaname = '{self.schema()}' AND tablename = 'content' AND attname = 'session_id' AND most_common_vals::text LIKE '%whisper%'"
        self.assertEqual(SERVER.value(sessions), "1")
        SERVER.sql(f"UPDATE {self.schema()}.content SET ts = now() WHERE session_id = 'plain'")
        self.run_program("prune", "--older-than", "1d")
        self.assertEqual(SERVER.value(sessions), "0")


del OfSecrets  # has no tests

if __name__ == "__main__":
    main()
