#!/usr/bin/env python3
"""Many hosts and one PostgreSQL behind PgBouncer: slow networks that break, hosts that are killed, servers that restart.

For longer, by hand:
  RELAYBURN_FLEET_SECONDS=600 RELAYBURN_FLEET_HOSTS=50 scripts/with_postgres.sh python3 tests/cli/fleet_long_test.py
"""

import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

from harness import DONE, KINDS, NO_STORE, PROGRAM, REPOSITORY, CliTest, assistant, clean_environment, main, raw, user
from network import Network, end, receive, send
from postgres import HOLD, OwnServer, unique_name

HOSTS = int(os.environ.get("RELAYBURN_FLEET_HOSTS", "50"))
SECONDS = float(os.environ.get("RELAYBURN_FLEET_SECONDS", "75"))
POOL_SIZE = 12  # connections of PgBouncer to the server


class Bouncer:
    """A PgBouncer of its own before `server`; ends with the `with` block."""

    def __init__(self, server):
        environment = {**os.environ, "RELAYBURN_TEST_DATABASE_URL": server.url, "RELAYBURN_TEST_PGDATA": str(server.data),
                       "RELAYBURN_TEST_POOL_SIZE": str(POOL_SIZE)}
        hold = HOLD.replace("dict(os.environ)", 'os.environ["RELAYBURN_TEST_DATABASE_URL"]')
        self.process = subprocess.Popen([REPOSITORY / "tests/with_pgbouncer.sh", sys.executable, "-c", hold], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().strip('"')
        self.folder = Path(unquote(self.url.split("host=")[1].split("&")[0]))
        self.server = server

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate()

    def crash(self):
        pid_file = self.folder / "pgbouncer.pid"
        os.kill(int(pid_file.read_text()), 9)
        pid_file.unlink()  # who has not been reaped yet would count as running

    def start(self):
        with open(self.folder / "output", "wb") as output:
            subprocess.run(["setsid", "--fork", "env", "PATH=/usr/sbin:/usr/bin", "pgbouncer", "--quiet", "pgbouncer.ini"],
                           check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                           **self.server.owner())
        deadline = time.monotonic() + 30
        while not self.pools():
            assert time.monotonic() < deadline, (self.folder / "output").read_text()
            time.sleep(0.1)

    def pools(self):
        """What SHOW POOLS says; empty while it is not there."""
        done = self.server.psql("SHOW POOLS", self.url.replace("/relayburn?", "/pgbouncer?"), check=False)
        return [line.split("|") for line in done.stdout.splitlines()]


class BadNetwork(Network):
    """Late by a random time, and sometimes gone."""

    def __init__(self, url, dice):
        self.dice = dice
        self.cuts = 0
        self.is_good = False
        super().__init__(url)

    def carry(self, source, target):
        while data := receive(source):
            if not self.is_good:
                time.sleep(self.dice.uniform(0.001, 0.02))
                if self.dice.random() < 0.01:
                    self.cuts += 1
                    send(target, data[:self.dice.randrange(len(data))])
                    end(source)
                    break
            send(target, data)
        end(target)


class Host:
    """A machine whose agents write while it ingests. Its logs overlap with those of others."""

    def __init__(self, number, root, url, schema):
        self.number = number
        self.dice = random.Random(number)
        self.home = root / f"host-{number}"
        self.logs = self.home / ".claude/projects/-home-dev-shop"
        self.logs.mkdir(parents=True)
        self.environment = clean_environment(
            HOME=str(self.home), RELAYBURN_STORAGE="postgres", RELAYBURN_DATABASE_URL=url, RELAYBURN_DATABASE_SCHEMA=schema,
            RELAYBURN_HOST_LABEL=f"host-{number}")
        self.steps = Counter()
        self.unwritten = {}  # by path: the rest of a line that the agent is still writing

    def write(self, whole=False):
        """What agents do: sessions go on; some of them are those of other hosts, copied."""
        for _ in range(self.dice.randrange(1, 4)):
            owner = self.number if self.dice.random() < 0.7 else self.dice.randrange(HOSTS)
            which = self.dice.randrange(3)
            path = self.logs / f"session-{owner}-{which}.jsonl"
            first = self.steps[path]
            self.steps[path] += self.dice.randrange(1, 30)
            lines = [line for step in range(first, self.steps[path]) for line in turn(f"session-{owner}-{which}", step)]
            self.append(path, b"".join(raw(line) + b"\n" for line in lines), whole)

    def append(self, path, data, whole=False):
        data = self.unwritten.pop(path, b"") + data
        if not whole and self.dice.random() < 0.3:
            cut = self.dice.randrange(len(data))
            data, self.unwritten[path] = data[:cut], data[cut:]
        with open(path, "ab") as log:
            log.write(data)

    def finish_writing(self):
        for path in list(self.unwritten):
            self.append(path, b"", whole=True)

    def ingest(self, kill_after=None):
        """Exit code (None where it was killed), what it said, and the seconds it took."""
        started = time.monotonic()
        process = subprocess.Popen([PROGRAM, "ingest", "--quiet"], env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=kill_after or 150)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return (None if kill_after else "stuck"), b"", time.monotonic() - started
        return process.returncode, said, time.monotonic() - started


def turn(session, step):
    """A prompt, a reply that is written half and then whole, a call of a tool and its result. The same on every host."""
    at = {"session": session, "ts": f"2026-03-{1 + step // 1440 % 28:02}T{step // 60 % 24:02}:{step % 60:02}:00.000Z"}
    name = f"{session}_{step}"
    call = [{"type": "text", "text": "Done."}, {"type": "tool_use", "id": f"toolu_{name}", "name": "Bash", "input": {"command": "ls"}}]
    return [user(f"Step {step}", uuid=f"uuid-u-{name}", **at), assistant(f"msg_{name}", 1, content=call[:1], **at),
            assistant(f"msg_{name}", 10 + step, content=call, **at),
            user([{"type": "tool_result", "tool_use_id": f"toolu_{name}", "content": "a b"}], uuid=f"uuid-r-{name}", **at)]


class Fleet:
    def __init__(self, server, bouncer, root):
        self.server, self.bouncer = server, bouncer
        self.schema = unique_name()
        self.network = BadNetwork(bouncer.url, random.Random(7))
        self.hosts = [Host(number, root, self.network.url if number % 3 == 0 else bouncer.url, self.schema)
                      for number in range(HOSTS)]
        self.is_over = threading.Event()
        self.codes, self.seconds, self.faults = Counter(), [], []
        self.events, self.peak_clients, self.peak_connections = Counter(), 0, 0

    def live(self, host):
        while not self.is_over.is_set():
            host.write()
            kill_after = host.dice.uniform(0.01, 0.6) if host.dice.random() < 0.15 else None
            self.note(host, *host.ingest(kill_after))
            self.is_over.wait(host.dice.uniform(0.2, 2))

    def note(self, host, code, said, seconds):
        self.codes[code] += 1
        if code not in (DONE, NO_STORE, None):
            self.faults.append((host.number, code, said))
        if code == DONE:
            self.seconds.append(seconds)

    def watch(self):
        while not self.is_over.wait(0.5):
            clients = sum(int(active) + int(waiting) for name, _, active, waiting, *_ in self.bouncer.pools() if name != "pgbouncer")
            self.peak_clients = max(self.peak_clients, clients)
            done = self.server.psql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                    " AND application_name <> 'psql'", check=False)
            if done.returncode == 0:
                self.peak_connections = max(self.peak_connections, int(done.stdout))

    def disturb(self, until):
        dice = random.Random(11)
        time.sleep(5)
        while time.monotonic() < until:
            disturbance = dice.choice([self.restart_server, self.restart_bouncer, self.cut_connections])
            disturbance()
            self.events[disturbance.__name__] += 1
            time.sleep(dice.uniform(3, 8))

    def restart_server(self):
        self.server.stop_at_once()
        time.sleep(1)
        self.server.start()

    def restart_bouncer(self):
        self.bouncer.crash()
        time.sleep(1)
        self.bouncer.start()

    def cut_connections(self):
        self.server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                         " AND backend_type = 'client backend'", check=False)

    def run(self):
        threads = [threading.Thread(target=self.live, args=(host,)) for host in self.hosts]
        threads.append(threading.Thread(target=self.watch))
        for thread in threads:
            thread.start()
        try:
            self.disturb(time.monotonic() + SECONDS)
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()

    def settle(self):
        """All is well again: everybody ingests once more, what no agent writes any further."""
        self.network.is_good = True
        for host in self.hosts:
            host.finish_writing()
        for host in self.hosts:
            code, said, _ = host.ingest()
            assert code == DONE, (host.number, code, said)

    def figures(self):
        lines = sum(path.read_bytes().count(b"\n") for host in self.hosts for path in host.logs.iterdir())
        rows = self.server.value(f"SELECT sum(inserted) FROM {self.schema}.run_count")
        slow = statistics.quantiles(self.seconds, n=20)[-1]
        events = ", ".join(f"{name.replace('_', ' ')} {count} times" for name, count in sorted(self.events.items()))
        return (f"{HOSTS} hosts, {SECONDS:g} s: {sum(self.codes.values())} runs, of which {self.codes[DONE]} were done,"
                f" {self.codes[None]} killed, {self.codes[NO_STORE]} without a store; {events}; the network cut {self.network.cuts}"
                f" connections; {lines} lines made {rows} rows; at most {self.peak_clients} clients of PgBouncer and"
                f" {self.peak_connections} connections to the server; a run took {statistics.median(self.seconds):.2f} s,"
                f" one in twenty more than {slow:.2f} s")


class FleetTest(CliTest):
    only_on = ("postgres",)

    def test_nothing_is_lost_or_counted_twice(self):
        with OwnServer() as server, Bouncer(server) as bouncer:
            fleet = Fleet(server, bouncer, self.root)
            fleet.run()
            fleet.settle()
            print(fleet.figures(), file=sys.stderr)
            self.assertEqual(fleet.faults, [])
            # Else this was an easy day.
            self.assertGreater(fleet.codes[None], HOSTS // 10)
            self.assertGreater(sum(fleet.events.values()), 3)
            # What was there for a pool that crashed ends when it is done, beside that of the next.
            self.assertLessEqual(fleet.peak_connections, 2 * POOL_SIZE)
            self.assert_equal_to_one_plain_reading(fleet)
            self.assert_counts_are_true(fleet)

    def assert_equal_to_one_plain_reading(self, fleet):
        plain = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_HOME=str(self.root / "plain"))
        self.ingest(*[argument for host in fleet.hosts for argument in ("--path", host.logs)], env=plain, timeout=1800)
        shared = fleet.hosts[1].environment
        self.assertEqual(self.digest(env=shared), self.digest(env=plain))
        self.assertEqual(self.analyze(env=shared)["totals"], self.analyze(env=plain)["totals"])
        self.assertGreater(self.analyze(env=plain)["totals"]["turns"], HOSTS)

    def assert_counts_are_true(self, fleet):
        counted = dict(fleet.server.sql(f"SELECT kind, sum(inserted) FROM {fleet.schema}.run_count GROUP BY kind"))
        for kind in KINDS:
            rows = fleet.server.value(f"SELECT count(*) FROM {fleet.schema}.{kind}")
            self.assertEqual(counted.get(kind, "0"), rows, kind)


if __name__ == "__main__":
    main()
