#!/usr/bin/env python3
"""`relayburn check` is silent about a ledger that is right, and names each damage."""

import contextlib
import sqlite3

from harness import DONE, FAILED, SERVER, CliTest, assistant, main, user


class Checks(CliTest):
    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", user("Go on"), *[assistant(f"msg_{i}", 5, cwd="/p") for i in range(30)],
                       assistant("msg_other", 7, session="s-2", cwd="/q"))
        self.ingest_logs()

    def check(self, *arguments, expect=FAILED):
        report = self.run_program("check", "--json", *arguments, expect=expect).json
        return [[finding["check"] for finding in report[key]] for key in ("findings", "repaired")]

    def change(self, statements):
        """As somebody does who has the database."""
        if self.storage == "postgres":
            return SERVER.sql(f"SET search_path = {self.schema()}; {statements}")
        with contextlib.closing(sqlite3.connect(self.ledger_home / "burn.sqlite")) as store, store:
            store.executescript(statements)

    def turns(self):
        return self.analyze()["totals"]["turns"]


class Right(Checks):
    def test_a_ledger_that_is_right(self):
        self.run_program("stamp", "--session", "s-1", "team=red")
        self.ingest_logs("--full")
        self.assertEqual(self.check(expect=DONE), [[], []])
        self.run_program("forget", "--project", "/q")
        self.assertEqual(self.check("--repair", expect=DONE), [[], []])
        self.assertIn("records, and nothing is wrong with them\n", self.run_program("check").text)

    def test_no_ledger(self):
        self.delete_ledger()
        self.assertEqual(self.check(expect=DONE), [[], []])
        self.assertFalse([*self.ledger_home.glob("burn.sqlite"), *self.ledger_home.glob("ledger")])


class Damaged(Checks):
    only_on = ("sqlite", "postgres")

    def test_a_summary_that_was_emptied_is_made_again(self):
        self.change("DELETE FROM usage_summary")
        self.assertEqual(self.turns(), 31)
        self.assertEqual(self.check(expect=DONE), [[], []])
        self.write_log("b.jsonl", assistant("msg_new", 5, session="s-3"))
        self.ingest_logs()
        self.assertEqual(self.turns(), 32)
        self.change("DELETE FROM turn_change")  # so the summary alone is read
        self.assertEqual(self.turns(), 32)

    def test_a_summary_that_says_something_else_is_rebuilt(self):
        self.change("UPDATE usage_summary SET turns = turns + 1, output = output + 7 WHERE cwd = '/q'")
        self.assertEqual(self.turns(), 32)
        self.assertEqual(self.check(), [["summary"], []])
        self.assertEqual(self.check("--repair", expect=DONE), [[], ["summary"]])
        self.assertEqual(self.turns(), 31)
        self.assertEqual(self.check(expect=DONE), [[], []])

    def test_records_that_are_gone_are_named_and_come_back_from_the_logs(self):
        self.change("DELETE FROM turn WHERE message_id < 'msg_2'")
        found = self.run_program("check", expect=FAILED).text
        self.assertIn("31 records of kind turn stored by the runs, of which 19 are there\n  run 'relayburn ingest --full'", found)
        self.assertIn("31 records of kind turn stored by the runs, of which 19 are there", self.run_program("status", expect=FAILED).text)
        self.assertEqual(self.check("--repair"), [["records"], ["summary"]])
        self.ingest_logs("--full")
        self.assertEqual(self.turns(), 31)

    def test_a_field_that_was_damaged_no_longer_gives_its_key(self):
        self.change("UPDATE turn SET message_id = 'msg_z' WHERE message_id = 'msg_1'")
        self.assertEqual(self.check(), [["keys"], []])

    def test_what_a_killed_host_left_of_a_forgotten_session_is_swept(self):
        self.run_program("forget", "--session", "s-2")
        self.change("UPDATE turn SET session_id = 's-2', is_void = NULL, revision = 1 WHERE is_void IS NOT NULL")
        self.assertEqual(self.check()[0][-1], "forgotten")
        self.assertEqual(self.check("--repair", expect=DONE)[0], [])
        self.assertEqual(self.turns(), 30)

    def test_a_time_that_is_still_to_come(self):
        self.write_log("b.jsonl", assistant("msg_new", 5, session="s-3", ts="2299-01-01T00:00:00Z"))
        self.ingest_logs()
        found = self.run_program("check", expect=FAILED).text
        self.assertIn("times: 1 record of kind turn with a time of more than a day from now\n", found)


if __name__ == "__main__":
    main()
