#!/usr/bin/env python3
"""A damaged ledger file is named by every command, with exit 1, and nothing of it is lost or cut off."""

import random
import re

from harness import DATA, DONE, FAILED, CliTest, assistant, main

FLIPS = 220


class FileLedgerTest(CliTest):
    only_on = ("file",)

    def setUp(self):
        super().setUp()
        self.ledger = self.ledger_home / "ledger" / "ledger.jsonl"
        self.cursors = self.ledger_home / "ledger" / "cursors.jsonl"
        self.set_aside = self.ledger_home / "ledger" / "ledger.damaged.1"

    def ingest_turns(self, log, first, last):
        self.write_log(log, *[assistant(f"msg_{number}", number) for number in range(first, last)])
        return self.ingest_logs()

    def flip(self, offset, bit=0):
        data = bytearray(self.ledger.read_bytes())
        data[offset] ^= 1 << bit
        self.ledger.write_bytes(data)

    def assert_named(self, *command, status=FAILED):
        result = self.run_program(*command, expect=status)
        self.assertIn(str(self.ledger).encode(), result.err, command)
        self.assertRegex(result.err, rb"bytes? \d+", command)
        self.assertNotIn(b"run again", result.err, command)
        return result

    def assert_named_by_every_command(self):
        before = self.ledger.read_bytes()
        for command in (["analyze"], ["export"], ["export", "--digest"], ["ingest", "--path", self.logs],
                        ["ingest", "--full", "--path", self.logs], ["stamp", "--session", "s-1", "job=7"],
                        ["prune", "--older-than", "1d"]):
            self.assert_named(*command)
        self.assertIn(b"FAULT    " + str(self.ledger).encode(), self.assert_named("status").out)
        self.assertEqual(self.ledger.read_bytes(), before)
        self.assertFalse(self.set_aside.exists())


class Damage(FileLedgerTest):
    def test_in_the_last_batch_is_named_and_mended_by_a_copy(self):
        self.ingest_turns("a.jsonl", 0, 40)
        whole = self.ledger.read_bytes()
        self.flip(whole.index(b"msg_3"))
        self.assert_named_by_every_command()
        self.write_log("b.jsonl", assistant("msg_new"))
        for _ in range(3):
            self.assert_named("ingest", "--path", self.logs)
        self.ledger.write_bytes(whole)
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 41)

    def test_whose_logs_are_gone_is_kept_when_a_new_log_comes(self):
        self.ingest_turns("a.jsonl", 0, 40)
        whole = self.ledger.read_bytes()
        self.flip(whole.index(b"msg_3"))
        damaged = self.ledger.read_bytes()
        (self.logs / "a.jsonl").unlink()
        self.write_log("b.jsonl", assistant("msg_new"))
        self.assert_named("ingest", "--path", self.logs)
        self.assertEqual(self.ledger.read_bytes(), damaged)
        self.ledger.write_bytes(whole)
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 41)

    def test_of_a_stamp_is_named(self):
        self.ingest_turns("a.jsonl", 0, 2)
        self.run_program("stamp", "--session", "s-1", "job=7")
        self.flip(self.ledger.read_bytes().rindex(b"job"))
        self.assert_named_by_every_command()

    def test_wherever_one_bit_flips_is_named(self):
        for batch in range(6):
            self.ingest_turns(f"{batch}.jsonl", batch * 5, batch * 5 + 5)
        whole = self.ledger.read_bytes()
        chance = random.Random(20261128)
        for _ in range(FLIPS):
            offset, bit = chance.randrange(len(whole)), chance.randrange(8)
            with self.subTest(offset=offset, bit=bit):
                self.ledger.write_bytes(whole)
                self.flip(offset, bit)
                result = self.run_program("analyze", "--json", expect=FAILED)
                self.assertIn(str(self.ledger).encode(), result.err)
        self.assert_named_by_every_command()
        self.ledger.write_bytes(whole)
        self.assertEqual(self.analyze()["totals"]["turns"], 30)

    def test_a_tail_that_is_cut_off_is_named_where_it_was_committed(self):
        self.ingest_turns("a.jsonl", 0, 4)
        self.ledger.write_bytes(self.ledger.read_bytes()[:-9])
        self.assert_named_by_every_command()


class TornWrite(FileLedgerTest):
    def test_is_set_aside_and_read_again_from_the_logs(self):
        self.ingest_turns("a.jsonl", 0, 4)
        before, cursors = self.ledger.read_bytes(), self.cursors.read_bytes()
        self.ingest_turns("b.jsonl", 4, 8)
        torn = self.ledger.read_bytes()[:-9]
        self.ledger.write_bytes(torn)
        self.cursors.write_bytes(cursors)
        self.assertEqual(self.analyze()["totals"]["turns"], 4)
        self.assertEqual(self.run_program("status").status, DONE)
        result = self.run_program("ingest", "--path", self.logs)
        self.assertIn(str(self.set_aside).encode(), result.err)
        self.assertEqual(self.set_aside.read_bytes(), torn[len(before):])
        self.assertEqual(self.analyze()["totals"]["turns"], 8)
        self.assertEqual(self.run_program("ingest", "--path", self.logs).err, b"")


class Versions(FileLedgerTest):
    def test_version_1_is_behind_until_it_is_migrated(self):
        self.ledger.parent.mkdir(parents=True)
        self.ledger.write_bytes((DATA / "ledger" / "version_1.jsonl").read_bytes())
        self.run_program("migrate", "--check", expect=FAILED)
        self.run_program("migrate")
        self.run_program("migrate", "--check")
        self.assertTrue(re.match(rb'{"relayburn":"ledger","version":2,', self.ledger.read_bytes()))

    def test_version_1_is_upgraded_by_what_reads_or_writes_it(self):
        totals = []
        for command in (["analyze", "--json"], ["ingest", "--path", self.logs], ["migrate"]):
            self.ledger.parent.mkdir(parents=True, exist_ok=True)
            self.ledger.write_bytes((DATA / "ledger" / "version_1.jsonl").read_bytes())
            self.run_program(*command)
            totals.append(self.analyze()["totals"])
        self.assertGreater(totals[0]["turns"], 0)
        self.assertEqual(totals, totals[:1] * 3)


if __name__ == "__main__":
    main()
