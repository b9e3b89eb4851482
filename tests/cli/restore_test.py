"""What was put back, or told late, is made whole from the logs that are still there."""

import contextlib
import shutil
import sqlite3

from harness import CliTest, assistant, main, user


class Restore(CliTest):
    def store_files(self):
        return [path for path in self.ledger_home.rglob("*") if path.is_file() and "locks" not in path.parts]

    def test_an_older_copy_of_the_store_that_grew_again_is_made_whole(self):
        self.run_program("migrate")
        copies = [(path, self.root / f"copy-{i}") for i, path in enumerate(self.store_files())]
        for path, copy in copies:
            shutil.copy(path, copy)
        first = self.write_log("a.jsonl", assistant("msg_1"), assistant("msg_2"))
        self.ingest("--path", first)
        for path in self.store_files():
            if path.name.startswith(("burn.sqlite-", "ledger.jsonl", "burn.sqlite")):
                path.unlink()
        for path, copy in copies:
            shutil.copy(copy, path)
        second = self.write_log("b.jsonl", *[assistant(f"msg_b{i}") for i in range(30)])
        self.ingest("--path", second)
        self.ingest("--path", first)
        self.assertEqual(self.analyze()["totals"]["turns"], 32)

    def test_a_type_that_a_later_line_of_the_agent_states_is_known(self):
        self.write_log("agent-x.jsonl", user(agentId="x", isSidechain=True),
                       assistant("msg_1", agentId="x", isSidechain=True, attributionAgent="Explore"))
        self.ingest_logs()
        self.assertEqual([row["agent"] for row in self.table("agent")], ["Explore"])


class SqliteStore(CliTest):
    needs_every_backend = False

    def test_a_link_to_a_store_that_is_not_there_yet_is_followed(self):
        self.ledger_home.mkdir()
        (self.root / "elsewhere").mkdir()
        link = self.ledger_home / "burn.sqlite"
        link.symlink_to(self.root / "elsewhere" / "burn.sqlite")
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        self.assertTrue(link.is_symlink())
        self.assertGreater((self.root / "elsewhere" / "burn.sqlite").stat().st_size, 0)
        self.assert_one_turn_of(10)

    def test_the_summary_that_a_killed_run_did_not_make_is_made_by_the_next(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        [lock] = self.ledger_home.glob("locks/ingest-*.lock")
        with contextlib.closing(sqlite3.connect(self.ledger_home / "burn.sqlite")) as database:
            changes = lambda: database.execute("SELECT count(*) FROM turn_change").fetchone()[0]  # noqa: E731
            database.execute("INSERT INTO turn_change SELECT ts FROM turn")
            database.commit()
            self.ingest_logs()
            self.assertEqual(changes(), 1)
            lock.with_suffix(".running").touch()
            self.ingest_logs()
            self.assertEqual(changes(), 0)

    def test_what_a_deleted_store_left_beside_it_is_no_part_of_the_next(self):
        store = self.ledger_home / "burn.sqlite"
        self.write_log("a.jsonl", *[assistant(f"msg_old_{i}") for i in range(300)])
        self.run_program("migrate")
        with contextlib.closing(sqlite3.connect(store)) as reader:  # keeps the log of what was written last
            reader.execute("SELECT count(*) FROM turn").fetchall()
            self.ingest_logs()
            left = (self.ledger_home / "burn.sqlite-wal").read_bytes()
        self.assertTrue(left)
        for path in self.ledger_home.glob("burn.sqlite*"):
            path.unlink()
        (self.ledger_home / "burn.sqlite-wal").write_bytes(left)
        (self.logs / "a.jsonl").unlink()
        self.write_log("b.jsonl", assistant("msg_new"))
        self.ingest_logs()
        self.assertEqual([turn["messageId"] for turn in self.export("turn")], ["msg_new"])
        with contextlib.closing(sqlite3.connect(store)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


if __name__ == "__main__":
    main()
