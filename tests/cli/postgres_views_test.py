#!/usr/bin/env python3
"""The views that Grafana reads count what analyze counts."""

import re

from harness import REPOSITORY, CliTest, assistant, main, token_count, session_meta, codex
from postgres import SERVER

QUERIES = re.findall(r"^```sql\n(.*?)^```$", (REPOSITORY / "migrations/README.md").read_text(), re.MULTILINE | re.DOTALL)
CLASSES = {"input": "input", "output": "output", "reasoning": "reasoning", "cache_read": "cacheRead",
           "cache_create_5m": "cacheCreate5m", "cache_create_1h": "cacheCreate1h", "web_search_requests": "webSearchRequests"}


class Views(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        checkout = self.root / "checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / ".git/config").write_text('[remote "origin"]\n\turl = git@github.com:bakery/shop.git\n')
        fork = {"forkedFrom": {"sessionId": "s-1", "messageUuid": "u"}}
        self.write_log(
            "a.jsonl",
            assistant("msg_1", 10, session="s-1", cwd=str(checkout)), assistant("msg_1", 700, session="s-1", cwd=str(checkout)),
            assistant("msg_1", 700, session="s-2", **fork), assistant("msg_2", 5, session="s-2", ts="2026-03-02T23:59:59.999999Z"),
            assistant("msg_2", 5, session="s-0", ts="2026-03-03T00:00:00Z"), assistant("msg_3", 8, session="s-3", isSidechain=True),
            assistant("msg_3", 8, session="s-4"), assistant("msg_4", 8, session="s-4", ts=None, model=None),
            assistant("msg_5", 9, session=None, cwd=None), assistant("msg_6", 6, session="s-6"), assistant("msg_6", 7, session="s-7"))
        self.write_log("b.jsonl", session_meta(), codex("turn_context", model="gpt-5", cwd="/home/dev/shop"),
                       token_count((100, 40, 30, 10)))
        self.ingest_logs()
        # What a newer parser rejects counts nowhere; the copy it stood before does.
        self.sql("UPDATE turn SET is_void = true WHERE message_id = 'msg_6' AND output = 7")

    def sql(self, statements):
        return SERVER.sql(f'SET TimeZone = "UTC"; SET search_path = "{self.schema()}", pg_catalog; {statements}')

    def assert_same(self, by, view, column, condition="true"):
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in CLASSES)
        turns = "sum(turns)" if view == "daily_usage" else "count(*)"
        rows = self.sql(f"SELECT coalesce({column}::text, 'null'), {turns}, {sums} FROM {view} WHERE {condition} GROUP BY 1")
        expected = [[row[by] or "null", str(row["turns"]), *(str(row["usage"][name]) for name in CLASSES.values())]
                    for row in self.table(by)]
        self.assertCountEqual(rows, expected, (by, view))

    def test_usage_calls_has_the_canonical_calls(self):
        for by, column in (("model", "model"), ("session", "session_id"), ("project", "project"), ("host", "host"),
                           ("source", "source"), ("branch", "branch"), ("day", "(ts AT TIME ZONE 'UTC')::date")):
            self.assert_same(by, "usage_calls", column)
        self.assertIn(["github.com/bakery/shop"], self.sql("SELECT project FROM usage_calls"))
        self.assertEqual(self.sql("SELECT output FROM usage_calls WHERE message_id = 'msg_6'"), [["6"]])
        self.assertEqual(self.sql("SELECT count(*) FROM usage_calls"), [[str(self.analyze()["totals"]["turns"])]])

    def test_daily_usage_sums_them_up(self):
        for by in ("day", "model", "source"):
            self.assert_same(by, "daily_usage", by)

    def test_nothing_is_written_through_them(self):
        for statement in ("INSERT INTO usage_calls (output) VALUES (1)", "UPDATE daily_usage SET output = 1", "DELETE FROM usage_calls"):
            self.assertNotEqual(SERVER.psql(f'SET search_path = "{self.schema()}"; {statement}', check=False).returncode, 0)

    def test_the_queries_of_the_readme(self):
        self.assertEqual(len(QUERIES), 3)
        answers = []
        for query in QUERIES:
            query = re.sub(r"\$__timeFilter\((\w+)\)", r"\1 BETWEEN '2026-03-01T00:00:00Z' AND '2026-03-31T00:00:00Z'", query)
            answers.append(self.sql(query.replace("relayburn.", f'"{self.schema()}".')))
        per_day, cached, who = answers
        totals = self.analyze("--since", "2026-03-01", "--until", "2026-03-31")["totals"]
        usage = totals["usage"]
        self.assertEqual(sum(int(tokens) for _, _, tokens in per_day), sum(usage[name] for name in CLASSES.values())
                         - usage["reasoning"] - usage["webSearchRequests"])
        self.assertEqual([time for time, _ in cached], ["2026-03-02 10:00:00+00", "2026-03-02 23:00:00+00"])
        self.assertEqual({(row[0], row[1]) for row in who}, {(project, "tester@host") for project in
                                                             ("github.com/bakery/shop", "/home/dev/shop", "")})
        self.assertEqual(sum(int(row[2]) for row in who), totals["turns"])


if __name__ == "__main__":
    main()
