#!/usr/bin/env python3
"""`relayburn copy` merges one ledger into another, of whatever backends."""

import random
import time

from harness import BACKENDS, FAILED, KINDS, NO_STORE, WRONG_USAGE, CliTest, assistant, main, user
from postgres import SERVER


class Copy(CliTest):
    """Runs into `storage`, from each backend."""

    def laptop(self, storage):
        """A ledger of another host, on its own, and the STORE that names it."""
        home = self.root / f"laptop-{storage}"
        environment = self.environment(RELAYBURN_STORAGE=storage, RELAYBURN_HOME=str(home), RELAYBURN_HOST_LABEL="laptop",
                                       RELAYBURN_CONTENT_STORE="full")
        address = {"sqlite": f"sqlite:{home}/burn.sqlite", "file": f"file:{home}/ledger", "postgres": "postgres"}[storage]
        return environment, address

    def copy(self, address):
        return self.run_program("copy", "--json", "--from", address, "--to", self.storage).json

    def write_both(self):
        """Logs of the laptop and of the team's host: one session is in both, and further along on the laptop."""
        self.mine = self.write_log("mine.jsonl", user(session="s-2"), assistant("msg_1", 5), assistant("msg_2", 1, session="s-2"),
                                   assistant("msg_3", 30, session="s-2"))
        self.theirs = self.write_log("theirs.jsonl", assistant("msg_1", 5), assistant("msg_2", 90, session="s-2"),
                                     assistant("msg_9", 4, session="s-9"))

    def test_the_merge_is_the_ledger_of_the_union(self):
        self.write_both()
        for source in BACKENDS:
            if source == self.storage == "postgres":
                continue  # one name, one place: below
            laptop, address = self.laptop(source)
            self.delete_ledger()
            self.ingest("--path", self.theirs, env=laptop)
            self.run_program("stamp", "--session", "s-9", "team=red", "--ts", "2026-03-09T00:00:00Z", env=laptop)
            self.ingest("--path", self.mine)
            merged = self.copy_from(source, address)
            union = self.environment(RELAYBURN_HOME=str(self.root / f"union-{source}"), RELAYBURN_CONTENT_STORE="full")
            self.ingest("--path", self.theirs, "--path", self.mine, env=union)
            self.run_program("stamp", "--session", "s-9", "team=red", "--ts", "2026-03-09T00:00:00Z", env=union)
            self.assertEqual(self.digest(), self.digest(env=union), source)
            self.assertEqual(merged["records"]["turn"], {"inserted": 1, "updated": 1, "duplicate": 1}, source)
            again = self.copy_from(source, address)
            self.assert_nothing_changed(again)
            self.assertEqual(self.digest(), self.digest(env=union), source)

    def copy_from(self, source, address):
        """In the laptop's settings where only they name its database."""
        if source != "postgres":
            return self.copy(address)
        laptop, _ = self.laptop("postgres")
        target = {"sqlite": f"sqlite:{self.ledger_home}/burn.sqlite", "file": f"file:{self.ledger_home}/ledger"}[self.storage]
        return self.run_program("copy", "--json", "--from", "postgres", "--to", target, env=laptop).json

    def test_brings_who_saw_what_and_tags_but_no_cursors(self):
        source = "sqlite" if self.storage != "sqlite" else "file"
        laptop, address = self.laptop(source)
        self.write_both()
        self.ingest("--path", self.theirs, env=laptop)
        self.run_program("stamp", "--session", "s-9", "team=red", env=laptop)
        self.copy(address)
        for by in ("host", "tag:team", "session"):
            self.assertEqual(self.table(by), self.table(by, env=laptop), by)
        status = self.run_program("status", "--json").json
        self.assertEqual([host["label"] for host in status["hosts"]], ["laptop"])
        # The laptop itself, now pointed at the team's ledger, reads its logs once more, and they are known.
        moved = {**self.environment(RELAYBURN_HOME=laptop["RELAYBURN_HOME"], RELAYBURN_CONTENT_STORE="full"), **self.place()}
        summary = self.ingest("--path", self.theirs, env=moved)
        self.assertEqual(summary["files"]["read"], 1)
        self.assert_nothing_changed(summary)

    def place(self):
        """Settings that name this test's own store from another home."""
        return {"RELAYBURN_SQLITE_PATH": f"{self.ledger_home}/burn.sqlite", "RELAYBURN_FILE_DIR": f"{self.ledger_home}/ledger",
                **self.database()}

    def test_a_store_that_is_not_there_is_said_and_not_made(self):
        for address in (f"sqlite:{self.root}/absent.sqlite", f"file:{self.root}/absent"):
            result = self.run_program("copy", "--from", address, "--to", self.storage, expect=None)
            self.assertIn(result.status, (FAILED, NO_STORE))
            self.assertIn(b"absent", result.err)
        self.assertFalse(list(self.root.glob("absent*")))

    def test_into_itself_is_refused(self):
        self.ingest("--path", self.write_log("a.jsonl", assistant()))
        self.run_program("copy", "--from", self.storage, "--to", self.storage, expect=WRONG_USAGE)
        self.assert_one_turn_of(10)

    def test_wrong_addresses_are_wrong_usage(self):
        for address in ("oracle", "", "sqlite:", "file:", "postgres:x", "SQLITE"):
            self.run_program("copy", "--from", address, "--to", self.storage, expect=WRONG_USAGE)
        self.run_program("copy", "--from", self.storage, expect=WRONG_USAGE)

    def test_many_records(self):
        source = "sqlite" if self.storage != "sqlite" else "file"
        laptop, address = self.laptop(source)
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step, session=f"s-{step % 7}") for step in range(12000)])
        self.ingest_logs(env=laptop)
        self.assertEqual(self.copy(address)["records"]["turn"]["inserted"], 12000)
        self.assertEqual(self.digest(), self.digest(env=laptop))

    def killed_amid(self, address, whole):
        """How many turns a copy that was killed has left: some, and not all. Chance says when, until it is so."""
        begin = time.monotonic()
        self.copy(address)
        seconds = time.monotonic() - begin
        for _ in range(200):
            self.delete_ledger()
            name = f"killed-{random.getrandbits(64):x}"
            process = self.start("copy", "--from", address, "--to", self.storage, env=self.environment(PGAPPNAME=name))
            time.sleep(random.uniform(0, seconds))
            process.kill()
            process.communicate()
            if self.storage == "postgres":  # which ends what it was sent
                while SERVER.sql(f"SELECT 1 FROM pg_stat_activity WHERE application_name = '{name}'"):
                    time.sleep(0.01)
            turns = self.analyze()["totals"]["turns"]
            if 0 < turns < whole:
                return turns
        self.fail("no copy was killed amid it")

    def test_killed_amid_it_goes_on_where_it_is_run_again(self):
        source = "sqlite" if self.storage != "sqlite" else "file"
        laptop, address = self.laptop(source)
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step, session=f"s-{step % 7}") for step in range(30000)])
        self.ingest_logs(env=laptop)
        there = self.killed_amid(address, 30000)
        self.assertEqual(self.copy(address)["records"]["turn"], {"inserted": 30000 - there, "updated": 0, "duplicate": there})
        self.assertEqual(self.digest(), self.digest(env=laptop))

    def test_reports_of_a_merge_are_those_of_the_union(self):
        """Also by what only hosts know: a session that both saw belongs to the smaller label."""
        source = "sqlite" if self.storage != "sqlite" else "file"
        laptop, address = self.laptop(source)
        self.write_both()
        self.ingest("--path", self.theirs, env=laptop)
        self.ingest("--path", self.mine)
        self.copy(address)
        union = {"RELAYBURN_SQLITE_PATH": str(self.root / "union.sqlite"), "RELAYBURN_FILE_DIR": str(self.root / "union"),
                 "RELAYBURN_DATABASE_SCHEMA": f"{self.schema()}_union" if self.storage == "postgres" else None}
        at_work = {**self.environment(), **{name: value for name, value in union.items() if value}}
        on_laptop = {**at_work, "RELAYBURN_HOME": laptop["RELAYBURN_HOME"], "RELAYBURN_HOST_LABEL": "laptop"}
        self.ingest("--path", self.mine, env=at_work)
        self.ingest("--path", self.theirs, env=on_laptop)
        for by in ("project,host", "session,host", "host", "day,project"):
            self.assertEqual(self.table(by), self.table(by, env=at_work), by)


class UnderAnotherName(CliTest):
    """What is one store on disk is not copied into itself, however it is written."""

    needs_every_backend = False

    def check(self, storage, *others):
        environment = self.environment(RELAYBURN_STORAGE=storage)
        self.ingest("--path", self.write_log("a.jsonl", assistant()), env=environment)
        digest = self.digest(env=environment)
        for other in others:
            for pair in ((storage, other), (other, storage)):
                result = self.run_program("copy", "--from", pair[0], "--to", pair[1], env=environment, expect=WRONG_USAGE, timeout=30)
                self.assertIn(b"same store", result.err, pair)
        self.assertEqual(self.digest(env=environment), digest)

    def test_of_sqlite(self):
        (self.root / "link.sqlite").symlink_to(self.ledger_home / "burn.sqlite")
        (self.root / "home-link").symlink_to(self.ledger_home)
        self.check("sqlite", f"sqlite:{self.root}/link.sqlite", f"sqlite:{self.root}/home-link/burn.sqlite",
                   f"sqlite:{self.ledger_home}//../{self.ledger_home.name}/./burn.sqlite", f"sqlite:{self.ledger_home.name}/burn.sqlite")

    def test_of_file(self):
        (self.root / "link").symlink_to(self.ledger_home / "ledger")
        self.check("file", f"file:{self.ledger_home}/ledger/", f"file:{self.ledger_home}/ledger//", f"file:{self.root}/link",
                   f"file:{self.root}/link/", f"file:{self.ledger_home.name}/ledger")


class BetweenDatabases(CliTest):
    only_on = ("postgres",)

    def test_content_is_copied_and_counts_add_up(self):
        laptop = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_CONTENT_STORE="full")
        self.write_log("a.jsonl", user(), assistant())
        self.ingest_logs(env=laptop)
        summary = self.run_program("copy", "--json", "--from", "sqlite", "--to", "postgres").json
        for kind in KINDS:
            self.assertEqual(int(SERVER.value(f"SELECT count(*) FROM {self.schema()}.{kind}")), summary["records"][kind]["inserted"])
        self.assertEqual(summary["records"]["content"]["inserted"], 2)
        counted = SERVER.value(f"SELECT sum(inserted) FROM {self.schema()}.run_count WHERE kind = 'turn'")
        self.assertEqual(counted, "1")
        self.assertEqual(self.run_program("export", "--content").out, self.run_program("export", "--content", env=laptop).out)
        self.assertEqual(SERVER.value(f"SELECT count(*) FROM {self.schema()}.log_cursor"), "0")


if __name__ == "__main__":
    main()
