#!/usr/bin/env python3
"""Beyond this machine only with TLS, unless the host is listed. A host is judged by its name, not by its address."""

import time
from urllib.parse import urlsplit

from harness import DONE, NO_STORE, WRONG_USAGE, CliTest, assistant, main
from postgres import SERVER, WithOwnServer

HINT = b"allow_plaintext_hosts"


def keywords(server, host, **more):
    """The server, under a name of our choice."""
    parts = urlsplit(server.tcp_url)
    words = {"host": host, "hostaddr": "127.0.0.1", "port": parts.port, "user": "postgres", "dbname": "relayburn",
             "password": parts.password, **more}
    return " ".join(f"{key}='{value}'" for key, value in words.items() if value is not None)


class Tls(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant())

    def reach(self, url, expect=DONE):
        begin = time.monotonic()
        result = self.run_program("ingest", "--json", "--path", self.logs, env=self.environment(RELAYBURN_DATABASE_URL=url), expect=None)
        self.assertIn(result.status, expect if isinstance(expect, tuple) else (expect,), (url, result))
        self.assertLess(time.monotonic() - begin, 20)
        return result

    def allow(self, *hosts):
        self.ledger_home.mkdir(exist_ok=True)
        listed = ", ".join(f'"{host}"' for host in hosts)
        (self.ledger_home / "config.toml").write_text(f"allow_plaintext_hosts = [{listed}]\n")


class ServerWithTls(Tls):
    def encryption(self, url):
        """What pg_stat_ssl says of the connections of a run."""
        self.write_log("big.jsonl", *[assistant(f"msg_{step}", step) for step in range(20000)])
        name = self.schema()
        environment = self.environment(RELAYBURN_DATABASE_URL=url + f" application_name={name}")
        process = self.start("ingest", "--quiet", "--full", "--path", self.logs, env=environment)
        seen = set()
        while process.poll() is None:
            seen.update(is_encrypted for [is_encrypted] in SERVER.sql(
                f"SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '{name}'"))
        self.assertEqual((process.communicate()[1], process.returncode), (b"", DONE))
        return seen

    def test_another_host_is_reached_with_tls_whatever_the_mode_prefers(self):
        for mode in (None, "prefer", "allow", "require"):
            self.assertEqual(self.encryption(keywords(SERVER, "db.example", sslmode=mode)), {"t"}, mode)

    def test_plain_text_to_another_host_is_refused_at_once(self):
        for url in (keywords(SERVER, "db.example", sslmode="disable"), keywords(SERVER, "192.0.2.1", hostaddr=None, sslmode="disable"),
                    "postgresql://me@192.0.2.1/x?sslmode=disable", keywords(SERVER, "localhost,db.example", hostaddr=None, sslmode="disable"),
                    keywords(SERVER, None, hostaddr="192.0.2.1", sslmode="disable")):
            self.assertIn(HINT, self.reach(url, expect=(WRONG_USAGE, NO_STORE)).err, url)

    def test_a_local_name_does_not_make_another_address_local(self):
        for host, hostaddr in (("localhost", "192.0.2.2"), ("127.0.0.1", "192.0.2.2"), ("/nowhere", "192.0.2.2"),
                               ("localhost,127.0.0.1", "127.0.0.1,192.0.2.2")):
            url = keywords(SERVER, host, hostaddr=hostaddr, port=None, sslmode="disable")
            self.assertIn(HINT, self.reach(url, expect=WRONG_USAGE).err, url)

    def test_a_local_address_does_not_make_another_name_local(self):
        url = keywords(SERVER, "db.example", sslmode="disable")
        self.assertIn(HINT, self.reach(url, expect=WRONG_USAGE).err)
        self.allow("db.example")
        self.reach(url)

    def test_a_certificate_that_nobody_signed_is_no_hindrance_unless_asked_for(self):
        self.reach(keywords(SERVER, "db.example"))
        result = self.reach(keywords(SERVER, "db.example", sslmode="verify-full", sslrootcert=SERVER.data / "server.crt"), expect=NO_STORE)
        self.assertIn(b"db.example", result.err)
        self.reach(keywords(SERVER, "localhost", sslmode="verify-full", sslrootcert=SERVER.data / "server.crt"))


class ServerWithoutTls(WithOwnServer, Tls):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.sql("ALTER SYSTEM SET ssl = off")
        cls.server.sql("SELECT pg_reload_conf()")
        while cls.server.value("SHOW ssl") == "on":
            time.sleep(0.02)

    def assert_refused(self, url):
        result = self.reach(url, expect=(NO_STORE, WRONG_USAGE))
        self.assertIn(HINT, result.err, url)
        self.assertNotIn(urlsplit(self.server.tcp_url).password.encode(), result.err)

    def test_another_host_is_refused_and_told_of_the_setting(self):
        for mode in (None, "prefer", "allow"):
            self.assert_refused(keywords(self.server, "db.example", sslmode=mode))
        self.assertEqual(self.server.value(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{self.schema()}'"), "0")

    def test_names_that_only_look_like_this_machine(self):
        for host in ("localhost.example", "127.0.0.1.example", "127.example", "local", "ip6-localhost.evil"):
            self.assert_refused(keywords(self.server, host))

    def test_a_listed_host_may_be_plain(self):
        self.allow("other.example", "db.example")
        self.reach(keywords(self.server, "db.example"))
        self.assert_refused(keywords(self.server, "db2.example"))

    def test_this_machine_may_be_plain(self):
        for host in ("localhost", "127.0.0.1"):
            self.reach(keywords(self.server, host))
        self.reach(self.server.url)
        self.reach(self.server.tcp_url)

    def test_a_listed_host_may_not_be_plain_where_tls_is_asked_for(self):
        self.allow("db.example")
        self.reach(keywords(self.server, "db.example", sslmode="require"), expect=NO_STORE)


del Tls  # has no tests

if __name__ == "__main__":
    main()
