"""What the command-line tests share: a throw-away home, the program, and lines of the agents' logs.

RELAYBURN            the executable under test
RELAYBURN_BACKENDS   comma list of the backends that every test runs on; postgres only where its server answers, unless
                     RELAYBURN_REQUIRE_BACKENDS names it
RELAYBURN_SANITIZED  set when the program was built with sanitizers: it is slower and needs more memory, and for the hour
                     that CI has, cases that concern every backend run on the first
RELAYBURN_EVERY_BACKEND  set: then too on every one, which takes by hand twice as long
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from postgres import SERVER, unique_name


def names_in(variable, default=""):
    return [name for name in os.environ.get(variable, default).split(",") if name]


def backends():
    names = names_in("RELAYBURN_BACKENDS", "sqlite,file,postgres")
    if "postgres" in names and not SERVER.answers():
        if "postgres" in names_in("RELAYBURN_REQUIRE_BACKENDS"):
            sys.exit("RELAYBURN_REQUIRE_BACKENDS names postgres, and RELAYBURN_TEST_DATABASE_URL no server that answers"
                     "; hint: scripts/with_postgres.sh")
        names.remove("postgres")
    return names


BACKENDS = backends()
IS_SANITIZED = bool(os.environ.get("RELAYBURN_SANITIZED"))
EVERY_BACKEND = bool(os.environ.get("RELAYBURN_EVERY_BACKEND"))
REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("RELAYBURN") or REPOSITORY / "build/bin/relayburn").resolve()
DATA = REPOSITORY / "tests" / "data"
INJECTOR = os.environ.get("RELAYBURN_FAULT_INJECTOR", "")  # tests/faults/fault_injector.cc, built
NOBODY = 65534
SKIPPED = 77  # what ctest takes for "skipped"
KINDS = ["turn", "tool_call", "tool_result", "user_turn", "relationship", "compaction", "price", "session_cost", "content"]

LOCAL_STORES = ("sqlite", "file")
# Settings with which no backend has a store.
NOWHERE = {"RELAYBURN_SQLITE_PATH": "/dev/null/x", "RELAYBURN_FILE_DIR": "/dev/null/x",
           "RELAYBURN_DATABASE_URL": "host=/dev/null/x"}

DONE, FAILED, WRONG_USAGE, DONE_IN_PART, NO_PLUGIN, NO_STORE, OVER_BUDGET, CHECK_FAILED = range(8)

# What a sanitizer prints is a defect whatever the exit code says.
SANITIZER_REPORTS = (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:")


def clean_environment(**more):
    """Nothing of the caller's but what finding programs and reading sanitizer reports takes."""
    kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
    return {**kept, "TZ": "UTC", **more}


class Result:
    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def text(self):
        return self.out.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.status}\n--- out\n{self.out[:4000]!r}\n--- err\n{self.err[:4000]!r}"


def without_headline(text):
    """An overview without its first line, on today, this week and this month, which the clock decides."""
    return text[text.index("Usage "):]


class CliTest(unittest.TestCase):
    """One throw-away home for each test. `storage` is the backend it runs on."""

    storage = BACKENDS[0] if BACKENDS else "sqlite"
    needs_every_backend = True
    only_on = None  # the backends that it concerns, where it does not concern all
    database_url = SERVER.url  # over TCP for those who are not allowed to the socket
    agent = "claude"  # whose fixtures use_fixture() takes

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="relayburn-cli-"))
        self.addCleanup(remove_tree, self.root)
        self.home = self.root / "home"
        self.ledger_home = self.root / "relayburn"
        self.logs = self.root / "logs"
        self.schema_prefix = None
        self.home.mkdir()
        self.logs.mkdir()

    # ---- running the program

    def environment(self, **more):
        base = clean_environment(
            HOME=str(self.home),
            RELAYBURN_HOME=str(self.ledger_home),
            RELAYBURN_STORAGE=self.storage,
            RELAYBURN_HOST_LABEL="tester@host",
        )
        base.update(more)
        if base["RELAYBURN_STORAGE"] == "postgres":
            base = {**self.database(self.schema_for(base)), **base}
        return {name: value for name, value in base.items() if value is not None}

    def schema_for(self, environment):
        """A schema for each place where sqlite would have its file. All are dropped after the test."""
        if not self.schema_prefix:
            self.schema_prefix = unique_name()
            self.addCleanup(SERVER.drop_schemas, self.schema_prefix)
        place = environment.get("RELAYBURN_SQLITE_PATH") or environment.get("RELAYBURN_HOME") or ""
        return f"{self.schema_prefix}_{sha256(place.encode())[:8]}"

    def schema(self):
        return self.schema_for({"RELAYBURN_HOME": str(self.ledger_home)})

    def database(self, schema=None):
        """The settings that name the test's schema, where its backend has one."""
        if self.storage != "postgres" and not schema:
            return {}
        return {"RELAYBURN_DATABASE_URL": self.database_url, "RELAYBURN_DATABASE_SCHEMA": schema or self.schema()}

    def delete_ledger(self):
        if self.storage == "postgres":
            SERVER.drop_schemas(self.schema())
        for path in [*self.ledger_home.glob("burn.sqlite*"), *self.ledger_home.glob("ledger")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def start(self, *arguments, env=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.root)
        return subprocess.Popen(
            [str(PROGRAM), *map(os.fspath, arguments)],
            env=self.environment() if env is None else env,
            **options,
        )

    def run_program(self, *arguments, expect=DONE, env=None, timeout=120, **options):
        process = self.start(*arguments, env=env, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail(f"{arguments} did not end within {timeout} s")
        result = Result(process.returncode, out or b"", err or b"")
        for report in SANITIZER_REPORTS:
            self.assertNotIn(report, result.err, f"{arguments}: {result}")
        if expect is not None:
            self.assertEqual(result.status, expect, f"{arguments}: {result}")
        return result

    def measured(self, *arguments):
        """What the program printed, as JSON, and the bytes it had in memory at most. It must end with exit 0."""
        # Started from a small process: a child counts as its own what its parent held when it forked.
        measure = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)")
        command = [sys.executable, "-c", measure, PROGRAM, *arguments]
        printed, peak = subprocess.run(command, env=self.environment(), check=True, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL).stdout.splitlines()
        return json.loads(printed), int(peak)

    def ingest(self, *arguments, **options):
        return self.run_program("ingest", "--json", *arguments, **options).json

    def ingest_logs(self, *arguments, **options):
        return self.ingest("--path", self.logs, *arguments, **options)

    def analyze(self, *arguments, **options):
        return self.run_program("analyze", "--json", *arguments, **options).json

    def table(self, by, *arguments, **options):
        tables = self.analyze("--by", by, *arguments, **options)["tables"]
        self.assertEqual([table["by"] for table in tables], [by.split(",")])
        return tables[0]["rows"]

    def digest(self, **options):
        return self.run_program("export", "--digest", **options).text.strip()

    def export(self, kind=None, **options):
        records = [json.loads(line) for line in self.run_program("export", **options).out.splitlines()]
        return [record for record in records if kind in (None, record["kind"])]

    def written(self):
        """Every byte that was written anywhere: the ledger, what lies beside it, the whole database."""
        written = b"".join(path.read_bytes() for path in sorted(self.ledger_home.rglob("*")) if path.is_file())
        if self.storage == "postgres":
            written += subprocess.run([SERVER.bin / "pg_dump", f"--schema={self.schema()}", SERVER.direct_url],
                                      capture_output=True, check=True, timeout=60).stdout
        return written

    def as_nobody(self, *writable):
        """Root may do everything, so somebody else runs the program, whose these paths are."""
        if not is_root():
            return {}
        for path in (self.root, self.home, self.logs, *writable):
            os.chown(path, NOBODY, NOBODY)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def injected(self, **more):
        """The environment with the injector of faults at work below the ledger's home."""
        if not INJECTOR:
            self.skipTest("RELAYBURN_FAULT_INJECTOR is not set")
        more = {"LD_PRELOAD": INJECTOR, "RELAYBURN_FAULT_BELOW": str(self.ledger_home), **more}
        if IS_SANITIZED:
            more["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return self.environment(**more)

    # ---- asserting

    def usage(self, figures):
        """turns, then input, output, cacheRead, cacheCreate5m, cacheCreate1h."""
        usage = figures["usage"]
        classes = ("input", "output", "cacheRead", "cacheCreate5m", "cacheCreate1h")
        return (figures["turns"], *(usage[name] for name in classes))

    def assert_totals(self, *expected):
        self.assertEqual(self.usage(self.analyze()["totals"]), expected)

    def assert_one_turn_of(self, output):
        totals = self.analyze()["totals"]
        self.assertEqual((totals["turns"], totals["usage"]["output"]), (1, output))

    def assert_nothing_changed(self, summary):
        for kind in KINDS:
            counts = summary["records"][kind]
            self.assertEqual((counts["inserted"], counts["updated"]), (0, 0), kind)

    def assert_nothing_read(self, summary):
        self.assertEqual((summary["files"]["read"], summary["bytesRead"], summary["lines"]["read"]), (0, 0, 0))

    def inserted(self, summary):
        return {kind: summary["records"][kind]["inserted"] for kind in KINDS if summary["records"][kind]["inserted"]}

    # ---- logs

    def write_log(self, name, *lines, end="\n"):
        """Each line is an object, or text or bytes that stand there as they are."""
        path = self.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(raw(line) + end.encode() for line in lines))
        return path

    def append_log(self, path, data):
        with open(path, "ab") as log:
            log.write(data)

    def use_fixture(self, name):
        shutil.copy(DATA / self.agent / name, self.logs / name)
        return self.logs / name


class ClaudeTest(CliTest):
    """With a session of Claude Code at its usual place, in `log`."""

    def setUp(self):
        super().setUp()
        self.project = self.home / ".claude" / "projects" / "p"
        self.log = self.put("s-1.jsonl", assistant("msg_1"))

    def put(self, name, *lines):
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(raw(line) + b"\n" for line in lines))
        return path


def raw(line):
    if isinstance(line, bytes):
        return line
    if isinstance(line, str):
        return line.encode()
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def assistant(message_id="msg_1", output=10, *, session="s-1", ts="2026-03-02T10:00:00.000Z", model="claude-opus-4-7",
              usage=None, content=None, message=None, **envelope):
    """A line of an assistant's message. `usage`, `message` and `envelope` add or replace fields."""
    return {
        "type": "assistant",
        "sessionId": session,
        "timestamp": ts,
        "uuid": f"uuid-{message_id}-{output}",
        "cwd": "/home/dev/shop",
        "message": {
            "id": message_id,
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": "Done."}] if content is None else content,
            "usage": {"input_tokens": 3, "output_tokens": output, "cache_read_input_tokens": 100, **(usage or {})},
            **(message or {}),
        },
        **envelope,
    }


def user(text="Please go on.", *, session="s-1", ts="2026-03-02T09:59:00.000Z", uuid="uuid-user-1", **envelope):
    return {"type": "user", "sessionId": session, "timestamp": ts, "uuid": uuid, "cwd": "/home/dev/shop",
            "message": {"role": "user", "content": text}, **envelope}


def codex(kind, ts="2026-03-02T10:00:00.000Z", **payload):
    """A line of a Codex rollout."""
    return {"timestamp": ts, "type": kind, "payload": payload}


def session_meta(session="0199a000-0000-7000-8000-000000000001", **more):
    return codex("session_meta", id=session, cwd="/home/dev/shop", cli_version="0.104.0", source="cli", **more)


def token_count(total, last=None, ts="2026-03-02T10:00:00.000Z", **more):
    """Each is input, cached, output, reasoning."""
    names = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")
    usage = {"total_token_usage": dict(zip(names, total)), "last_token_usage": dict(zip(names, total if last is None else last))}
    return codex("event_msg", ts, type="token_count", info={**usage, **more}, rate_limits=None)


def zstd(data, blocks=1):
    """A zstd frame of raw blocks: what any decoder must read, written without a library."""
    size = max(1, -(-len(data) // blocks))
    assert size <= 128 << 10
    parts = [data[start:start + size] for start in range(0, len(data), size)] or [b""]
    frame = b"\x28\xb5\x2f\xfd\x00\x38"  # a window of 128 KiB, no sizes, no checksum
    for number, part in enumerate(parts, 1):
        frame += (len(part) << 3 | (number == len(parts))).to_bytes(3, "little") + part
    return frame


def remove_tree(path):
    """Also where a test took permissions away."""
    for folder, _, _ in os.walk(path):
        os.chmod(folder, 0o700)
    shutil.rmtree(path, ignore_errors=True)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def in_mount_namespace(script):
    """A command that runs it where what it mounts is its own. It ends with SKIPPED where there is none."""
    return ["unshare", "-m", "sh", "-c", script]


def is_root():
    return os.geteuid() == 0


def one_class_a_backend(tests):
    for case in tests:
        if not issubclass(case, CliTest):
            yield case
        else:
            for backend in backends_of(case):
                one = type(f"{case.__name__}_{backend}", (case,), {"storage": backend, "__module__": case.__module__})
                yield one if backend in BACKENDS else unittest.skip(f"{backend} is not there")(one)


def backends_of(case):
    if case.only_on:
        return case.only_on
    return BACKENDS if case.needs_every_backend and (not IS_SANITIZED or EVERY_BACKEND) else BACKENDS[:1]


def main():
    """Runs the tests of the calling module, each on every backend. Arguments choose by substring."""
    module = sys.modules["__main__"]
    cases = [value for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, unittest.TestCase) and value is not CliTest
             and value.__module__ == "__main__"]
    loader = unittest.TestLoader()
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    suite = unittest.TestSuite()
    for case in one_class_a_backend(cases):
        for test in loader.loadTestsFromTestCase(case):
            if not wanted or any(word in test.id() for word in wanted):
                suite.addTest(test)
    if not PROGRAM.is_file():
        sys.exit(f"there is no program {PROGRAM}: set RELAYBURN")
    outcome = unittest.TextTestRunner(verbosity=2 if "-v" in sys.argv else 1).run(suite)
    if not outcome.wasSuccessful() or outcome.testsRun == 0:
        sys.exit(1)
    sys.exit(SKIPPED if len(outcome.skipped) == outcome.testsRun else 0)
