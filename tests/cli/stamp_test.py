#!/usr/bin/env python3
"""Tags: what people stamp, and what a host stamps on every session that it reads."""

import json

from harness import WRONG_USAGE, CliTest, assistant, main, user

TEAM = "tag:team"


class Stamps(CliTest):
    def setUp(self):
        super().setUp()
        self.log = self.write_log("a.jsonl", user(), assistant("msg_1", 10), assistant("msg_2", 20, ts="2026-03-02T11:00:00Z"),
                                  assistant("msg_3", 30, session="s-2", ts="2026-03-03T10:00:00Z"), assistant("msg_4", 40, session=None),
                                  assistant("msg_5", 50, session="s-3", ts=None))

    def stamp(self, *arguments, **options):
        return self.run_program("stamp", *arguments, **options)

    def turns(self, by=TEAM, **options):
        return {row[by]: row["turns"] for row in self.table(by, **options)}

    def stamps(self):
        return [(stamp.get("sessionId"), stamp.get("ts"), json.loads(stamp["enrichment"])) for stamp in self.export("stamp")]


class ByPeople(Stamps):
    def setUp(self):
        super().setUp()
        self.ingest_logs()

    def test_a_session_a_message_and_a_range_with_both_ends(self):
        self.stamp("--session", "s-1", "team=red", "--ts", "2026-05-01T00:00:00Z")
        self.assertEqual(self.turns(), {"red": 2, None: 3})
        self.stamp("--message", "msg_2", "team=blue", "--ts", "2026-05-02T00:00:00Z")
        self.assertEqual(self.turns(), {"red": 1, "blue": 1, None: 3})
        self.stamp("--from", "2026-03-02T11:00:00Z", "--to", "2026-03-03T10:00:00Z", "team=green", "--ts", "2026-05-03T00:00:00Z")
        self.assertEqual(self.turns(), {"red": 1, "green": 2, None: 2})
        self.stamp("--from", "2026-03-02T11:00:00.000001Z", "--to", "2026-03-03T09:59:59.999999Z", "team=none",
                   "--ts", "2026-05-04T00:00:00Z")
        self.assertEqual(self.turns(), {"red": 1, "green": 2, None: 2})
        self.assertEqual(self.analyze("--tag", "team=green")["totals"]["turns"], 2)

    def test_the_later_one_counts_tag_by_tag_whatever_came_in_first(self):
        self.stamp("--session", "s-1", "team=new", "job=1", "--ts", "2026-05-02T00:00:00Z")
        self.stamp("--session", "s-1", "team=old", "site=here", "--ts", "2026-05-01T00:00:00Z")
        self.assertEqual(self.turns(), {"new": 2, None: 3})
        self.assertEqual(self.turns("tag:site"), {"here": 2, None: 3})
        self.assertEqual(self.turns("tag:job"), {"1": 2, None: 3})

    def test_at_one_time_the_greater_key_counts_on_every_backend_alike(self):
        values = [f"v{k}" for k in range(6)]
        for value in values:
            self.stamp("--session", "s-1", f"team={value}", "--ts", "2026-05-01T00:00:00Z")
        ids = {json.loads(stamp["enrichment"])["team"]: stamp["id"] for stamp in self.export("stamp")}
        self.assertEqual(self.turns(), {max(values, key=ids.get): 2, None: 3})

    def test_a_key_is_there_once_and_holds_no_comma(self):
        for tags, problem in ((["team=red", "job=1", "team=blue"], "stamp: the key 'team' is there twice"),
                              (["team=red", "team=red"], "stamp: the key 'team' is there twice"),
                              (["a,b=1"], "stamp: a comma stands in the key 'a,b'"),
                              (["=1"], "stamp: '=1' is not of the form KEY=VALUE")):
            result = self.stamp("--session", "s-1", *tags, expect=WRONG_USAGE)
            self.assertIn(problem, result.err.decode())
        self.assertEqual(self.stamps(), [])
        self.stamp("--session", "s-1", "team=a,b=c")
        self.assertEqual(self.turns(), {"a,b=c": 2, None: 3})

    def test_the_same_stamp_is_one(self):
        for words in ("stamped\n", "this stamp is there already\n"):
            self.assertEqual(self.stamp("--session", "s-1", "b=2", "a=1", "--ts", "2026-05-01T00:00:00Z").text, words)
        self.stamp("--session", "s-1", "a=1", "b=2", "--ts", "2026-05-01T01:00:00+01:00")
        self.assertEqual(self.stamps(), [("s-1", "2026-05-01T00:00:00.000000Z", {"a": "1", "b": "2"})])

    def test_tags_of_any_text_and_what_is_none(self):
        self.stamp("--session", "s-1", "team=a=b, c \u00e9", "leer=", "--ts", "2026-05-01T00:00:00Z")
        self.assertEqual(self.turns(), {"a=b, c \u00e9": 2, None: 3})
        self.assertEqual(self.turns("tag:leer"), {"": 2, None: 3})
        for bad in (["team=x"], ["--session", "s-1"], ["--session", "s-1", "team"], ["--session", "s-1", "=x"],
                    ["--from", "noon", "team=x"], ["--from", "2026-03-02", "--to", "2026-03-01", "team=x"], ["--session", "s-1", "team=x", "--ts", "never"]):
            self.stamp(*bad, expect=WRONG_USAGE)

    def test_a_stamp_before_the_logs_counts_when_they_come(self):
        other = self.environment(RELAYBURN_HOME=str(self.root / "early"))
        self.stamp("--session", "s-1", "team=red", env=other)
        self.ingest_logs(env=other)
        self.assertEqual(self.turns(env=other), {"red": 2, None: 3})


class ByTheHost(Stamps):
    def host(self, **more):
        return self.environment(**{f"RELAYBURN_TAG_{name}": value for name, value in more.items()})

    def test_every_session_that_is_read_once_without_a_time(self):
        self.ingest_logs(env=self.host(TEAM="red", COST_CENTER="42"))
        tags = {"cost_center": "42", "team": "red"}
        self.assertEqual(sorted(self.stamps(), key=str), [(session, None, tags) for session in ("s-1", "s-2", "s-3")])
        self.assertEqual(self.turns(), {"red": 4, None: 1})
        self.assertEqual(self.turns("tag:cost_center"), {"42": 4, None: 1})

    def test_a_repeated_run_makes_no_new_stamp(self):
        env = self.host(TEAM="red")
        self.ingest_logs(env=env)
        digest = self.digest()
        for arguments in ([], ["--full"]):
            self.ingest_logs(*arguments, env=env)
            self.assertEqual(self.digest(), digest)
        self.append_log(self.log, json.dumps(assistant("msg_9", 1, session="s-9")).encode() + b"\n")
        self.ingest_logs(env=env)
        self.assertEqual(sorted(session for session, _, _ in self.stamps()), ["s-1", "s-2", "s-3", "s-9"])

    def test_what_a_person_stamps_counts_more(self):
        self.stamp("--session", "s-1", "team=blue", "--ts", "1970-01-01T00:00:00Z")
        self.ingest_logs(env=self.host(TEAM="red"))
        self.assertEqual(self.turns(), {"blue": 2, "red": 2, None: 1})

    def test_the_config_does_for_cron_and_a_variable_counts_more(self):
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text('tags = ["team=red", "site=here"]\n')
        self.ingest_logs(env=self.host(TEAM="blue", SITE=""))
        self.assertEqual(self.turns(), {"blue": 4, None: 1})
        self.assertEqual(self.turns("tag:site"), {None: 5})
        self.ingest_logs("--full", env=self.environment(RELAYBURN_HOME=str(self.ledger_home)))
        self.assertEqual(self.turns("tag:site"), {"here": 4, None: 1})

    def test_what_names_no_tag_is_wrong_usage(self):
        self.run_program("ingest", "--path", self.logs, env=self.environment(RELAYBURN_TAG_="x"), expect=WRONG_USAGE)
        self.ledger_home.mkdir(exist_ok=True)
        for tags, problem in (('["team"]', b"tags: 'team' is not of the form KEY=VALUE"),
                              ('["a=1", "a=2"]', b"tags: the key 'a' is there twice"),
                              ('["a,b=1"]', b"tags: a comma stands in the key 'a,b'")):
            (self.ledger_home / "config.toml").write_text(f"tags = {tags}\n")
            self.assertIn(problem, self.run_program("ingest", "--path", self.logs, expect=WRONG_USAGE).err)

    def test_a_dry_run_stamps_nothing(self):
        self.ingest_logs("--dry-run", env=self.host(TEAM="red"))
        self.assertEqual(self.export("stamp"), [])


if __name__ == "__main__":
    main()
