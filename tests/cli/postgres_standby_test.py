#!/usr/bin/env python3
"""Reports from a hot standby, which can only be read."""

import os
import subprocess
import time

from harness import NO_STORE, CliTest, assistant, main
from postgres import OwnServer, Server


class Standby(CliTest):
    only_on = ("postgres",)

    def start_standby(self, primary):
        folder = primary.data.parent / "standby"
        port = str(int(primary.value("SHOW port")) + 1)
        subprocess.run([primary.bin / "pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", f"--pgdata={folder}",
                        f"--dbname={primary.url}"], cwd="/", check=True, **primary.owner())
        with open(folder / "postgresql.auto.conf", "a") as settings:
            settings.write(f"port = {port}\nlisten_addresses = ''\nmax_standby_streaming_delay = -1\n")
        standby = Server({"RELAYBURN_TEST_DATABASE_URL": primary.url.rsplit("=", 1)[0] + "=" + port,
                          "RELAYBURN_TEST_PGDATA": str(folder), "RELAYBURN_TEST_PG_BIN": str(primary.bin),
                          "RELAYBURN_TEST_SERVER_LOG": str(folder.parent / "standby.log")})
        self.addCleanup(standby.stop_at_once)
        standby.start()
        return standby

    def catch_up(self, primary, standby):
        position = primary.value("SELECT pg_current_wal_lsn()")
        deadline = time.monotonic() + 30
        while standby.value(f"SELECT pg_last_wal_replay_lsn() >= '{position}'") == "f":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_is_read_like_its_primary_and_refuses_to_be_written(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(100)])
        with OwnServer() as primary:
            writer = self.environment(RELAYBURN_DATABASE_URL=primary.url)
            standby = self.start_standby(primary)
            reader = self.environment(RELAYBURN_DATABASE_URL=standby.url)
            self.assertEqual(self.analyze(env=reader)["totals"]["turns"], 0)
            self.ingest_logs(env=writer)
            primary.sql("CREATE ROLE strict LOGIN SUPERUSER; ALTER ROLE strict SET default_transaction_isolation = serializable")
            self.catch_up(primary, standby)
            self.assert_read_alike(reader, writer)
            # What no standby has: it would refuse every statement.
            self.assert_read_alike(self.environment(RELAYBURN_DATABASE_URL=standby.as_role("strict")), writer)
            self.write_log("b.jsonl", assistant("msg_new"))
            for command in (["ingest", "--path", self.logs], ["stamp", "--session", "s-1", "a=b"]):
                result = self.run_program(*command, env=reader, expect=NO_STORE, timeout=90)
                self.assertRegex(result.err.decode(), "read-only|recovery")
            self.assertEqual(self.ingest_logs(env=writer)["records"]["turn"]["inserted"], 1)
            self.doCleanups()

    def assert_read_alike(self, reader, writer):
        for command in (["analyze", "--json", "--by", "day,session", "--by", "host"], ["export"], ["export", "--digest"],
                        ["migrate", "--check"]):
            at_primary, at_standby = (self.run_program(*command, env=environment).out for environment in (writer, reader))
            if command[0] != "migrate":
                self.assertEqual(at_standby, at_primary)
        self.assertEqual(self.run_program("status", "--json", env=reader).json["rows"]["turn"], 100)


if __name__ == "__main__":
    main()
