#!/usr/bin/env python3
"""What connecting takes and says: settings that cannot be, servers that remark on something, names that lead astray."""

import re
import signal
import socket
import subprocess
import time
import unittest
from urllib.parse import urlsplit

from harness import DONE, NO_STORE, PROGRAM, WRONG_USAGE, CliTest, assistant, is_root, main
from postgres import SERVER, unique_name

# Whoever comes first in a search path answers to the names of pg_catalog.
EVIL = """
CREATE SCHEMA {evil};
{types}
CREATE FUNCTION {evil}.zero(int8) RETURNS int8 LANGUAGE sql AS 'SELECT 0::int8';
CREATE FUNCTION {evil}.zero(int8, anyelement) RETURNS int8 LANGUAGE sql AS 'SELECT 0::int8';
CREATE FUNCTION {evil}.first(pg_catalog.timestamptz, pg_catalog.timestamptz)
  RETURNS pg_catalog.timestamptz LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE {evil}.count(*) (SFUNC = {evil}.zero, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE {evil}.count(boolean) (SFUNC = {evil}.zero, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE {evil}.sum(int8) (SFUNC = {evil}.zero, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE {evil}.max(pg_catalog.timestamptz) (SFUNC = {evil}.first, STYPE = pg_catalog.timestamptz, INITCOND = 'infinity');
CREATE FUNCTION {evil}.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE sql AS 'SELECT $1[1] LIMIT 0';
CREATE FUNCTION {evil}.now() RETURNS int LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION {evil}.hashtext(pg_catalog.text) RETURNS int LANGUAGE sql AS 'SELECT 1/0';
CREATE FUNCTION {evil}.sha256(pg_catalog.bytea) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION {evil}.pg_advisory_xact_lock(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1/0';
CREATE FUNCTION {evil}.date_bin(pg_catalog.interval, pg_catalog.timestamptz, pg_catalog.timestamptz)
  RETURNS pg_catalog.timestamptz LANGUAGE sql AS 'SELECT $3';
"""
TYPES = ("text", "bytea", "timestamptz", "int8", "bool", "interval")


class Postgres(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", 1, ts=f"2026-03-02T{step:02}:00:00.000Z") for step in range(20)])

    def role_with(self, setting):
        role = unique_name()
        SERVER.sql(f"CREATE ROLE {role} LOGIN SUPERUSER; ALTER ROLE {role} SET {setting}")
        self.addCleanup(SERVER.sql, f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        return SERVER.as_role(role)

    def at(self, url):
        return self.environment(RELAYBURN_DATABASE_URL=url)

    def wait_until(self, query):
        """Until it has a row."""
        deadline = time.monotonic() + 20
        while not (rows := SERVER.sql(query)):
            self.assertLess(time.monotonic(), deadline, query)
            time.sleep(0.01)
        return rows

    def hold(self, statement):
        holder = subprocess.Popen([SERVER.bin / "psql", "--no-psqlrc", "--quiet", SERVER.direct_url], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdout.close)
        self.addCleanup(holder.stdin.close)
        holder.stdin.write(f"BEGIN; {statement};\n\\echo held\n")
        while holder.stdout.readline() != "held\n":
            self.assertIsNone(holder.poll())
        return holder


class Settings(Postgres):
    def test_that_libpq_does_not_know_are_wrong_usage(self):
        for url in ("postgresql://127.0.0.1:1/x?sslmode=bogus", "host=127.0.0.1 sslmode=bogus", "host=127.0.0.1 port=notaport",
                    "postgresql://127.0.0.1/x?port=70000", "service=nosuch"):
            result = self.run_program("ingest", "--path", self.logs, env=self.at(url), expect=WRONG_USAGE)
            self.assertTrue(result.err, url)


class Addresses(Postgres):
    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_one_that_does_not_answer_is_left_for_the_next(self):
        """Of one name: where IPv6 is broken, say."""
        parts = urlsplit(SERVER.tcp_url)
        hosts = self.root / "hosts"
        hosts.write_text("::1 localhost\n127.0.0.1 localhost\n")
        command = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/hosts || exit 77; exec "$@"', hosts, PROGRAM, "analyze"]
        url = f"postgresql://postgres:{parts.password}@localhost:{parts.port}/relayburn?sslmode=disable&connect_timeout=2"
        try:
            mute = socket.create_server(("::1", parts.port), family=socket.AF_INET6)
        except OSError as error:
            self.skipTest(f"no IPv6: {error}")
        with mute:
            done = subprocess.run(command, env=self.at(url), capture_output=True, timeout=30)
        if done.returncode == 77:
            self.skipTest("no mount namespace here")
        self.assertEqual((done.returncode, done.stderr), (DONE, b""))


class Remarks(Postgres):
    """What a server says while a client connects is no matter of whoever reads standard error."""

    def assert_silent(self, url):
        self.assertEqual(self.run_program("ingest", "--json", "--quiet", "--path", self.logs, env=self.at(url)).err, b"")
        for command in (["analyze", "--json"], ["export", "--digest"], ["status", "--json"]):
            self.assertEqual(self.run_program("--quiet", *command, env=self.at(url)).err, b"", command)

    def test_on_a_collation_of_another_version(self):
        name = unique_name()
        SERVER.sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'")
        self.addCleanup(SERVER.sql, f"DROP DATABASE {name} WITH (FORCE)")
        SERVER.sql(f"UPDATE pg_database SET datcollversion = '1.0' WHERE datname = '{name}'")
        self.assertIn("collation version mismatch", SERVER.psql("SELECT 1", SERVER.as_role("postgres", name)).stderr)
        self.assert_silent(SERVER.as_role("postgres", name))

    def test_on_everything(self):
        self.assert_silent(self.role_with("client_min_messages = debug5"))


class SearchPath(Postgres):
    def test_with_names_of_the_catalog_in_other_hands(self):
        evil = unique_name()
        types = "".join(f"CREATE TYPE {evil}.{name} AS (a int);" for name in TYPES)
        SERVER.sql("SET client_min_messages = error;" + EVIL.format(evil=evil, types=types))
        self.addCleanup(SERVER.sql, f"SET client_min_messages = error; DROP SCHEMA {evil} CASCADE")
        astray = {**self.at(self.role_with(f"search_path = {evil}, pg_catalog")), "RELAYBURN_CONTENT_STORE": "full"}
        self.assertEqual(self.ingest_logs(env=astray)["records"]["turn"]["inserted"], 20)
        self.assert_nothing_read(self.ingest_logs(env=astray))
        self.assert_nothing_changed(self.ingest_logs("--full", env=astray))
        self.run_program("stamp", "--session", "s-1", "team=red", env=astray)
        cutoff = "2026-03-02T10:00:00Z"
        self.assertIn(b"10 ", self.run_program("prune", "--older-than", cutoff, "--dry-run", env=astray).out)
        self.run_program("prune", "--older-than", cutoff, env=astray)
        for command in (["analyze", "--json", "--by", "hour,host", "--by", "tag:team"], ["export", "--content"], ["export", "--digest"],
                        ["status", "--json"], ["migrate", "--check"]):
            self.assertEqual(self.timeless(*command, env=astray), self.timeless(*command), command)

    def timeless(self, *command, **options):
        """What it prints, but for how far the server's clock is ahead: that is measured."""
        return re.sub(rb'"clockAheadMs":-?\d+', b"", self.run_program(*command, **options).out)


class Reasons(Postgres):
    """Where the server ends a connection, it says why, and so do we."""

    def test_of_a_connection_that_an_operator_ended(self):
        self.write_log("b.jsonl", *[assistant(f"msg_b_{step}") for step in range(20000)])
        self.ingest_logs()
        process = self.start("export", bufsize=0)
        process.stdout.read(1)
        self.wait_until("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid IN"
                        f" (SELECT pid FROM pg_locks WHERE relation = '{self.schema()}.turn'::regclass)")
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, NO_STORE, err)
        self.assertIn(b"terminating connection due to administrator command", err)

    def test_of_a_transaction_that_was_idle_for_too_long(self):
        self.ingest_logs(env=self.environment(RELAYBURN_CONTENT_STORE="full"))
        holder = self.hold(f"LOCK TABLE {self.schema()}.content IN SHARE MODE")
        process = self.start("prune", "--older-than", "1d", env=self.at(self.role_with("idle_in_transaction_session_timeout = '100ms'")))
        [[pid]] = self.wait_until(f"SELECT pid FROM pg_locks WHERE NOT granted AND relation = '{self.schema()}.content'::regclass")
        process.send_signal(signal.SIGSTOP)
        holder.stdin.close()
        self.wait_until(f"SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {pid})")
        process.send_signal(signal.SIGCONT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, NO_STORE, err)
        self.assertIn(b"idle-in-transaction timeout", err)


class Locks(Postgres):
    def test_that_users_name_are_not_our_own(self):
        for name in ("migrate", "prune"):
            self.hold(f"SELECT pg_advisory_xact_lock(hashtext('relayburn'), hashtext('{self.schema()}.{name}'))")
        self.ingest_logs(timeout=20)
        self.run_program("prune", "--older-than", "1d", timeout=20)

    def test_are_not_waited_for_by_a_dry_run(self):
        content = self.environment(RELAYBURN_CONTENT_STORE="full")
        self.ingest_logs(env=content)
        holder = self.hold(f"LOCK TABLE {self.schema()}.content IN SHARE MODE")
        prune = self.start("prune", "--older-than", "1d")
        self.wait_until(f"SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '{self.schema()}.content'::regclass")
        before = self.run_program("prune", "--older-than", "1d", "--dry-run", timeout=20)
        holder.stdin.close()
        self.assertEqual(prune.communicate(timeout=30)[1], b"")
        self.assertEqual(prune.returncode, 0)
        self.assertNotEqual(self.run_program("prune", "--older-than", "1d", "--dry-run").out, before.out)


del Postgres  # has no tests

if __name__ == "__main__":
    main()
