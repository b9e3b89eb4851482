"""The PostgreSQL server that tests have (scripts/with_postgres.sh), and throw-away ones of their own."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

REPOSITORY = Path(__file__).resolve().parents[2]

# Prints what with_postgres.sh sets, and stays until its input ends.
HOLD = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


class Server:
    """One server. `url` reaches its database relayburn as superuser, `tcp_url` over TCP with a password and TLS."""

    def __init__(self, environment):
        self.url = environment.get("RELAYBURN_TEST_DATABASE_URL", "")
        self.tcp_url = environment.get("RELAYBURN_TEST_TCP_URL", "")
        self.log = Path(environment.get("RELAYBURN_TEST_SERVER_LOG", ""))
        self.data = Path(environment.get("RELAYBURN_TEST_PGDATA", ""))
        self.bin = Path(environment.get("RELAYBURN_TEST_PG_BIN", "/usr/bin"))
        self.direct_url = environment.get("RELAYBURN_TEST_DIRECT_URL", self.url)

    def answers(self):
        return bool(self.url) and self.psql("SELECT 1", check=False).returncode == 0

    def psql(self, statements, url=None, check=True):
        command = [self.bin / "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
                   url or self.direct_url]
        assert command[-1], "without a URL psql would go to whatever server is the caller's"
        done = subprocess.run(command, input=statements, text=True, capture_output=True, timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr} in: {statements}")
        return done

    def sql(self, statements, url=None):
        """The rows, each a list of texts."""
        return [line.split("|") for line in self.psql(statements, url).stdout.splitlines()]

    def value(self, statement, url=None):
        [[value]] = self.sql(statement, url)
        return value

    def run_script(self, name, url=None, **variables):
        """One of scripts/*.sql, as README says it is run."""
        subprocess.run([self.bin / "psql", "--no-psqlrc", "--quiet", f"--file={REPOSITORY}/scripts/{name}",
                        *[f"--variable={variable}={value}" for variable, value in variables.items()], url or self.url],
                       check=True, capture_output=True, text=True)

    def as_role(self, role, database="relayburn"):
        """A URL over the socket, where every role is trusted."""
        return f"postgresql://{role}@/{quote(database)}?{self.direct_url.split('?', 1)[1]}"

    def drop_schemas(self, prefix):
        self.sql("SET lock_timeout = '30s'; SET client_min_messages = warning;"
                 "SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace"
                 f" WHERE starts_with(nspname, '{prefix}') \\gexec")

    def owner(self):
        """Options of subprocess.run that make it the user whose the server is."""
        return {"user": self.data.stat().st_uid, "group": self.data.stat().st_gid} if os.geteuid() == 0 else {}

    def control(self, *arguments):
        subprocess.run([self.bin / "pg_ctl", "--silent", f"--pgdata={self.data}", *arguments], cwd="/", check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **self.owner())

    def stop_at_once(self):
        self.control("stop", "--mode=immediate")

    def start(self):
        self.control("start", f"--log={self.log}")


class OwnServer(Server):
    """A further server, for a test that stops it or changes what concerns all; ends with the `with` block."""

    def __init__(self):
        self.process = subprocess.Popen([REPOSITORY / "scripts/with_postgres.sh", sys.executable, "-c", HOLD],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("scripts/with_postgres.sh failed")
        environment = json.loads(line)
        environment.pop("RELAYBURN_TEST_DIRECT_URL", None)
        super().__init__(environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()


class WithOwnServer:
    """One for all tests of a class, in `server`."""

    @classmethod
    def setUpClass(cls):
        cls.server = OwnServer()
        cls.addClassCleanup(cls.server.__exit__)


SERVER = Server(os.environ)


def unique_name():
    return f"cli_{uuid.uuid4().hex[:16]}"
