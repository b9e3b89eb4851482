#!/usr/bin/env python3
"""A database password shows nowhere, however it is written and whatever goes wrong."""

import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from harness import NO_STORE, WRONG_USAGE, CliTest, assistant, main
from postgres import SERVER

SECRET = "Zitr0nenf4lter"
MORE = "Pfauen4uge"  # where a mistake cuts a password into two
PORT = urlsplit(SERVER.tcp_url).port
TCP = f"127.0.0.1:{PORT}"

WRONG_PASSWORDS = [
    f"postgresql://postgres:{SECRET}@{TCP}/relayburn",
    f"postgres://postgres:{SECRET}@{TCP}/relayburn",
    f"postgresql://postgres@{TCP}/relayburn?password={SECRET}",
    f"postgresql://postgres@{TCP}/relayburn?password=%5A{SECRET[1:]}",
    f"postgresql://postgres:%5A{SECRET[1:]}@{TCP}/relayburn",
    f"host=127.0.0.1 port={PORT} user=postgres dbname=relayburn password={SECRET}",
    f"host=127.0.0.1 port={PORT} user=postgres dbname=relayburn password='{SECRET}'",
    f"host=127.0.0.1 port={PORT} user=postgres dbname=relayburn password = {SECRET}",
    f"host=127.0.0.1 port={PORT} user=postgres dbname=relayburn password=\\{SECRET}",
    f"host=127.0.0.1 port={PORT} user=postgres dbname='postgresql://postgres:{SECRET}@{TCP}/relayburn'",
]

MALFORMED = [
    f"postgresql://postgres:{SECRET}@{MORE}@{TCP}/relayburn",
    f"postgresql://postgres:{SECRET}/{MORE}@{TCP}/relayburn",
    f"postgresql://postgres:{SECRET}?{MORE}@{TCP}/relayburn",
    f"postgresql://postgres:{SECRET}#{MORE}@{TCP}/relayburn",
    f"postgresql://postgres:{SECRET}%zz@{TCP}/relayburn",
    f"postgresql://postgres:{SECRET}@127.0.0.1:{MORE}/relayburn",
    f"postgresql://postgres:{SECRET}@127.0.0.1:99999/relayburn",
    f"postgresql://postgres:{SECRET}@[::1/relayburn",
    f"postgresql://postgres:{SECRET}",
    f"postgresql://postgres:{SECRET}@",
    f"postgresql://postgres@{TCP}/relayburn?passwort={SECRET}",
    f"postgresql://postgres@{TCP}/relayburn?PASSWORD={SECRET}",
    f"postgresql://postgres@{TCP}/relayburn?password={SECRET}&{MORE}",
    f"postgresql://postgres@{TCP}/relayburn?password={SECRET}={MORE}",
    f"postgresql://postgres@{TCP}/relayburn?options=-c%20relayburn.key%3D{SECRET}%20-c%20x",
    f"POSTGRESQL://postgres:{SECRET}@{TCP}/relayburn",
    f"postgresql:/postgres:{SECRET}@{TCP}/relayburn",
    f"pgsql://postgres:{SECRET}@{TCP}/relayburn",
    f" postgresql://postgres:{SECRET}@{TCP}/relayburn",
    f"host=127.0.0.1 port={PORT} password='{SECRET}",
    f"host=127.0.0.1 port={PORT} password={SECRET} {MORE}",
    f"host=127.0.0.1 port={PORT} password {SECRET}",
    f"host=127.0.0.1 port={PORT} passwort={SECRET}",
    f"host=127.0.0.1 port={PORT} password='{SECRET}'{MORE}",
    f"host=127.0.0.1 port={PORT} dbname=relayburn user=postgres sslpassword={SECRET} password={MORE}",
    f"postgres:{SECRET}@{TCP}/relayburn",
]

ELSEWHERE = [
    f"postgresql://postgres:{SECRET}@127.0.0.1:1/relayburn",
    f"postgresql://postgres:{SECRET}@db.invalid/relayburn?connect_timeout=2",
    f"host=/nonexistent password={SECRET}",
    f"postgresql://postgres:{SECRET}@192.0.2.1/relayburn?sslmode=disable",
]


class Secrets(CliTest):
    only_on = ("postgres",)

    def assert_kept(self, url, *command, env=None, expect=None):
        environment = self.environment(RELAYBURN_DATABASE_URL=url, **(env or {}))
        result = self.run_program(*command, env=environment, expect=None, timeout=60)
        for secret in (SECRET, SECRET[1:], MORE):
            self.assertNotIn(secret.encode(), result.out + result.err, (url, command))
        if expect is not None:
            self.assertIn(result.status, expect, (url, result))
            self.assertTrue(result.err)
        return result

    def check(self, urls, expect):
        self.write_log("a.jsonl", assistant())
        for url in urls:
            self.assert_kept(url, "--log-level", "debug", "analyze", "--json", expect=expect)
        for url in urls[::3]:
            self.assert_kept(url, "-v", "ingest", "--json", "--path", self.logs, expect=expect)
        for url in urls[1::3]:
            self.assert_kept(url, "--log-format", "json", "--log-level", "debug", "status", "--json")
            self.assert_kept(url, "plugins", "--json")

    def test_that_is_wrong(self):
        self.check(WRONG_PASSWORDS, expect=(NO_STORE,))

    def test_in_a_malformed_setting(self):
        self.check(MALFORMED, expect=(NO_STORE, WRONG_USAGE))

    def test_for_a_server_that_is_not_there(self):
        self.check(ELSEWHERE, expect=(NO_STORE, WRONG_USAGE))

    def test_that_libpq_finds_elsewhere(self):
        passfile = self.root / "pgpass"
        passfile.write_text(f"*:*:*:*:{SECRET}\n")
        passfile.chmod(0o600)
        service = self.root / "service"
        service.write_text(f"[team]\nhost=127.0.0.1\nport={PORT}\nuser=postgres\ndbname=relayburn\npassword={SECRET}\n")
        plain = f"postgresql://postgres@{TCP}/relayburn"
        for url, more in ((plain, {"PGPASSWORD": SECRET}), (plain, {"PGPASSFILE": str(passfile)}),
                          ("service=team", {"PGSERVICEFILE": str(service)})):
            self.assert_kept(url, "--log-level", "debug", "analyze", env=more, expect=(NO_STORE,))

    def test_that_is_right_shows_as_little(self):
        password = urlsplit(SERVER.tcp_url).password
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(20000)])
        for url in (SERVER.tcp_url, f"postgresql://postgres@{TCP}/relayburn?password={quote(password)}",
                    f"host=127.0.0.1 port={PORT} user=postgres dbname=relayburn password='{password}'"):
            environment = self.environment(RELAYBURN_DATABASE_URL=url)
            process = self.start("--log-level", "debug", "ingest", "--json", "--full", "--path", self.logs, env=environment)
            lines = set()
            while process.poll() is None:
                lines.add(command_lines(process.pid))
                time.sleep(0.01)
            out, err = process.communicate()
            self.assertEqual(process.returncode, 0, err)
            for command in (["status", "--json"], ["status"], ["analyze", "--json"], ["--log-level", "debug", "migrate"]):
                result = self.run_program(*command, env=environment)
                out += result.out + result.err
            for text in (out, err, *lines):
                self.assertNotIn(password.encode(), text)
            self.assertTrue(any(b"ingest" in line for line in lines))
            # What the ledger and the home keep is no place for it either.
            for path in self.ledger_home.rglob("*"):
                if path.is_file():
                    self.assertNotIn(password.encode(), path.read_bytes(), path)

    def test_in_an_argument_is_refused(self):
        for command in (["copy", "--from", f"postgresql://postgres:{SECRET}@{TCP}/relayburn", "--to", "sqlite"],
                        ["copy", "--from", "sqlite", "--to", f"postgresql://postgres@{TCP}/relayburn?password={SECRET}"],
                        ["copy", "--from", "sqlite", "--to", f"host=127.0.0.1 password={SECRET}"]):
            self.assert_kept(SERVER.url, *command, expect=(WRONG_USAGE,))


def command_lines(pid):
    """What `ps` shows of a process and its threads."""
    try:
        return b" ".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "comm"))
    except OSError:
        return b""


if __name__ == "__main__":
    main()
