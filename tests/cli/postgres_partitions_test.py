#!/usr/bin/env python3
"""scripts/postgres_partitions.sql splits the tables of a ledger that is in use, and nobody notices."""

from harness import CliTest, assistant, main, user
from postgres import WithOwnServer

INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = '{}' AND indexname ~ '^turn_' AND tablename = 'turn' ORDER BY 1"


class Partitions(WithOwnServer, CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.name = f"Team {self._testMethodName}"

    def run_script(self, script, url=None, **variables):
        self.server.run_script(script, url, schema=self.name, **variables)

    def as_role(self, role):
        return self.environment(RELAYBURN_DATABASE_URL=self.server.as_role(role), RELAYBURN_DATABASE_SCHEMA=self.name,
                                RELAYBURN_CONTENT_STORE="full")

    def write_turns(self, name, count):
        self.write_log(f"{name}.jsonl", *[line for step in range(count) for line in (
            user(f"Step {step}", session=name, uuid=f"uuid-{name}-{step}"),
            assistant(f"msg_{name}_{step}", step, session=name, content=[
                {"type": "text", "text": f"{step}"},
                {"type": "tool_use", "id": f"toolu_{name}_{step}", "name": "Bash", "input": {"command": "ls"}}]),
            user([{"type": "tool_result", "tool_use_id": f"toolu_{name}_{step}", "content": "a"}], session=name,
                 uuid=f"uuid-{name}-{step}-r"))])

    def tables(self, kind):
        rows = self.server.sql(f"SELECT relname FROM pg_class WHERE relnamespace = '\"{self.name}\"'::regnamespace"
                               f" AND relkind = '{kind}' ORDER BY 1")
        return [name for [name] in rows]

    def test_a_ledger_in_use(self):
        here = self.as_role("postgres")
        self.write_turns("a", 50)
        self.ingest_logs(env=here)
        before = [self.run_program(*command, env=here).out for command in (["export", "--content"], ["analyze", "--json"])]
        indexes = self.server.sql(INDEXES.format(self.name))
        self.run_script("postgres_partitions.sql", partitions=4)
        split = self.tables("p")
        self.assertEqual(split, ["content", "tool_call", "tool_result", "turn", "user_turn"])
        self.assertEqual(self.server.sql(INDEXES.format(self.name)), indexes)
        after = [self.run_program(*command, env=here).out for command in (["export", "--content"], ["analyze", "--json"])]
        self.assertEqual(after, before)
        for table in split:
            filled = self.server.value(f'SELECT count(DISTINCT tableoid) FROM "{self.name}".{table}')
            self.assertEqual(filled, "4", table)
        self.run_program("migrate", "--check", env=here)

        self.assert_nothing_read(self.ingest_logs(env=here))
        self.assert_nothing_changed(self.ingest_logs("--full", env=here))
        self.write_turns("b", 50)
        self.assertEqual(self.ingest_logs(env=here)["records"]["turn"]["inserted"], 50)
        plain = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_CONTENT_STORE="full")
        self.ingest_logs(env=plain)
        self.assertEqual(self.digest(env=here), self.digest(env=plain))

        tables = self.tables("r")
        self.run_script("postgres_partitions.sql", partitions=8)
        self.assertEqual(self.tables("r"), tables)

    def test_roles_are_let_in_again(self):
        self.run_script("postgres_roles.sql")
        self.server.sql("CREATE ROLE o LOGIN; GRANT relayburn_owner TO o; ALTER ROLE o SET role = relayburn_owner;"
                        "CREATE ROLE i LOGIN; GRANT relayburn_ingest TO i; CREATE ROLE r LOGIN; GRANT relayburn_read TO r")
        self.run_program("migrate", env=self.as_role("o"))
        self.write_turns("a", 20)
        self.ingest_logs(env=self.as_role("i"))
        self.run_script("postgres_partitions.sql", self.server.as_role("o"), tables="turn,tool_call,host,sighting")
        self.run_script("postgres_roles.sql")
        self.write_turns("b", 20)
        self.assertEqual(self.ingest_logs(env=self.as_role("i"))["records"]["turn"]["inserted"], 20)
        self.assertEqual(self.analyze(env=self.as_role("r"))["totals"]["turns"], 40)
        self.run_program("prune", "--older-than", "1d", env=self.as_role("o"))


if __name__ == "__main__":
    main()
