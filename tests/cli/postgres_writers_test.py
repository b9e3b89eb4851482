#!/usr/bin/env python3
"""Many hosts write into one database at the same time, unaware of each other."""

import json
import random
import shutil
from collections import Counter

from harness import DONE, KINDS, CliTest, assistant, main, raw, user
from postgres import SERVER

SESSIONS = 6
MESSAGES = 120  # a session


def session(number):
    """One session's lines: each message is written twice, first half, then whole, and calls a tool."""
    lines = []
    name = f"s-{number}"
    for step in range(MESSAGES):
        at = {"session": name, "ts": f"2026-03-{1 + number:02}T10:{step // 60:02}:{step % 60:02}.000Z"}
        message = f"msg_{number}_{step}"
        call = [{"type": "text", "text": f"Step {step} of {name}: \u00e4\U0001f600"},
                {"type": "tool_use", "id": f"toolu_{number}_{step}", "name": "Bash", "input": {"command": f"ls {step}"}}]
        lines.append(assistant(message, 1, content=call[:1], **at))
        lines.append(assistant(message, 10 + step, content=call, **at))
        result = [{"type": "tool_result", "tool_use_id": f"toolu_{number}_{step}", "content": f"file-{step}"}]
        lines.append(user(result, uuid=f"uuid-r-{number}-{step}", **at))
        if step % 10 == 0:
            lines.append(user(f"Go on with {step}", uuid=f"uuid-u-{number}-{step}", **at))
    return lines


def forked(lines, name):
    """The session was resumed under another id, which copies its lines, and went on for a while."""
    copied = [{**line, "sessionId": name} for line in lines[:150]]
    return copied + [assistant(f"msg_{name}_{step}", 5, session=name, ts="2026-03-20T10:00:00.000Z") for step in range(20)]


class Hosts(CliTest):
    only_on = ("postgres",)

    def write_host(self, number):
        """Each host has most sessions: whole, as a prefix that may end within a line, twice, or with forks."""
        dice = random.Random(number)
        folder = self.root / f"host-{number}-logs"
        for which in range(SESSIONS):
            lines = session(which)
            data = b"".join(raw(line) + b"\n" for line in lines)
            shape = dice.choice(["whole", "prefix", "twice", "fork", "absent"]) if number else "whole"
            project = folder / f"project-{dice.randrange(3)}"
            project.mkdir(parents=True, exist_ok=True)
            if shape != "absent":
                name = f"{'renamed-' if dice.random() < 0.3 else ''}s-{which}.jsonl"
                (project / name).write_bytes(data[: dice.randrange(len(data))] if shape == "prefix" else data)
            if shape == "twice":
                (project / f"copy-of-{which}.jsonl").write_bytes(data)
            if shape == "fork":
                fork = forked(lines, f"fork-{which % 3}")
                (project / f"fork-{which}.jsonl").write_bytes(b"".join(raw(line) + b"\n" for line in fork))
        return folder

    def host_environment(self, number, **more):
        home = self.root / f"host-{number}"
        return self.environment(RELAYBURN_HOME=str(home), RELAYBURN_HOST_LABEL=f"host-{number}",
                                RELAYBURN_CONTENT_STORE="full", RELAYBURN_DATABASE_SCHEMA=self.schema(), **more)

    def ingest_at_once(self, hosts):
        folders = [self.write_host(number) for number in range(hosts)]
        processes = [self.start("ingest", "--json", "--path", folder, env=self.host_environment(number))
                     for number, folder in enumerate(folders)]
        summaries = []
        for process in processes:
            out, err = process.communicate(timeout=100)
            self.assertEqual((process.returncode, err), (DONE, b""))
            summaries.append(json.loads(out))
        return folders, summaries

    def sqlite_of(self, folders):
        """One host that has them all reads them into sqlite."""
        environment = self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_HOME=str(self.root / "union"),
                                       RELAYBURN_CONTENT_STORE="full")
        paths = [argument for folder in folders for argument in ("--path", folder)]
        self.ingest(*paths, env=environment)
        return environment

    def check(self, hosts):
        folders, summaries = self.ingest_at_once(hosts)
        union = self.sqlite_of(folders)
        here = self.host_environment(0)
        self.assertEqual(self.digest(env=here), self.digest(env=union))
        self.assertEqual(self.run_program("export", "--content", env=here).out,
                         self.run_program("export", "--content", env=union).out)
        # Counted beside the program: in the tables, and in what the logs hold.
        schema = self.schema()
        rows = {kind: int(SERVER.value(f"SELECT count(*) FROM {schema}.{kind}")) for kind in KINDS}
        inserted = Counter()
        for summary in summaries:
            inserted.update({kind: summary["records"][kind]["inserted"] for kind in KINDS})
        self.assertEqual(dict(inserted), rows)
        for kind in set(KINDS) - {"compaction", "price", "session_cost"}:  # these logs have none
            self.assertGreater(rows[kind], 0, kind)
        bodies = SERVER.value(f"SELECT count(DISTINCT (session_id, message_id, content_kind, tool_use_id, body)) FROM {schema}.content")
        self.assertEqual(int(bodies), rows["content"])
        self.assertEqual(int(SERVER.value(f"SELECT count(DISTINCT (session_id, message_id)) FROM {schema}.turn")), rows["turn"])
        # Whose fork is whose copy is no matter: every message is billed once.
        messages = {line["message"]["id"] for folder in folders for path in folder.rglob("*.jsonl")
                    for line in lines_of(path) if line["type"] == "assistant"}
        self.assertEqual(self.analyze(env=here)["totals"]["turns"], len(messages))

    def test_two_at_once_converge(self):
        self.check(2)

    def test_eight_at_once_converge(self):
        self.check(8)

    def test_hosts_that_come_one_after_the_other_find_nothing_new(self):
        folders, _ = self.ingest_at_once(2)
        digest = self.digest(env=self.host_environment(0))
        for number, folder in enumerate(folders):
            self.assert_nothing_read(self.ingest("--path", folder, env=self.host_environment(number)))
            self.assert_nothing_changed(self.ingest("--path", folder, env=self.host_environment(10 + number)))
        self.assertEqual(self.digest(env=self.host_environment(0)), digest)

    def test_hosts_converge_beside_reports_pruning_and_copies(self):
        folders = [self.write_host(number) for number in range(4)]
        laptop = self.sqlite_of(folders[:1])
        self.run_program("migrate", env=self.host_environment(0))
        commands = [(["ingest", "--full", "--path", folder], number) for number, folder in enumerate(folders)] * 2
        commands += [(["copy", "--from", f"sqlite:{laptop['RELAYBURN_HOME']}/burn.sqlite", "--to", "postgres"], 10),
                     (["prune", "--older-than", "2026-03-03"], 11), (["analyze", "--json"], 12), (["export", "--digest"], 13)]
        processes = [self.start("--quiet", *command, env=self.host_environment(number)) for command, number in commands]
        for (command, _), process in zip(commands, processes):
            _, err = process.communicate(timeout=100)
            self.assertEqual((process.returncode, err), (DONE, b""), command)
        self.assertEqual(self.digest(env=self.host_environment(0)), self.digest(env=self.sqlite_of(folders)))

    def test_a_host_that_dies_amid_the_others_costs_nothing(self):
        folders = [self.write_host(number) for number in range(3)]
        processes = [self.start("ingest", "--quiet", "--path", folder, env=self.host_environment(number))
                     for number, folder in enumerate(folders)]
        processes[1].kill()
        for process in processes:
            process.communicate(timeout=100)
        for number, folder in enumerate(folders):
            self.ingest("--path", folder, env=self.host_environment(number))
        self.assertEqual(self.digest(env=self.host_environment(0)), self.digest(env=self.sqlite_of(folders)))


def lines_of(path):
    for line in path.read_bytes().split(b"\n"):
        try:
            yield json.loads(line)
        except ValueError:
            pass  # the end of a prefix


class Reports(CliTest):
    """Byte for byte what sqlite and file say of the same logs, but for `storage`."""

    only_on = ("postgres",)
    QUESTIONS = [
        [], ["--by", "model"], ["--by", "provider,model", "--by", "day"], ["--by", "session", "--sort", "turns"],
        ["--by", "project", "--by", "source", "--by", "host"], ["--by", "model,day", "--timezone", "Asia/Kathmandu"],
        ["--by", "agent", "--by", "branch,agent"], ["--by", "hour", "--timezone", "America/St_Johns"],
        ["--by", "week,model", "--by", "month", "--timezone", "Pacific/Apia"], ["--by", "session", "--top", "2"],
        ["--since", "2026-03-02", "--until", "2026-03-05T10:00:30Z", "--by", "day,session"],
        ["--session", "s-1", "--by", "hour"], ["--model", "claude-opus-4-7", "--by", "model,agent,day"],
        ["--host", "tester@host", "--by", "host,session"], ["--host", "tester*", "--by", "user"], ["--source", "claude", "--by", "tag:team"],
        ["--tag", "team=red", "--by", "tag:team,day"], ["--project", "/home/dev/shop", "--sort", "name", "--by", "session"],
    ]

    def test_are_the_same_bytes_as_of_the_other_backends(self):
        for which in range(3):
            self.write_log(f"{which}.jsonl", *session(which))
        self.write_log("fork.jsonl", *forked(session(1), "fork-1"))
        self.write_log("side.jsonl", *[assistant(f"msg_side_{step}", 7, session="s-2", isSidechain=True, agentId="a1",
                                                 model="gpt-unheard-of", gitBranch="main") for step in range(30)])
        answers = {}
        for storage in ("postgres", "sqlite", "file"):
            environment = self.environment(RELAYBURN_STORAGE=storage, RELAYBURN_HOME=str(self.root / storage))
            self.ingest_logs(env=environment)
            self.run_program("stamp", "--session", "s-1", "team=red", "--ts", "2026-03-09T00:00:00Z", env=environment)
            answers[storage] = [self.run_program("analyze", "--json", *question, env=environment).out.replace(f'"storage":"{storage}"'.encode(), b"")
                                for question in self.QUESTIONS]
        for number, question in enumerate(self.QUESTIONS):
            for other in ("sqlite", "file"):
                self.assertEqual(answers["postgres"][number].decode(), answers[other][number].decode(), (other, question))

    def test_do_not_depend_on_what_operators_set_for_sessions(self):
        self.write_log("a.jsonl", *session(1))
        self.ingest_logs()
        ask = lambda url: [self.run_program(*command, env=self.environment(RELAYBURN_DATABASE_URL=url)).out for command in (
            ["analyze", "--json", "--by", "hour,session", "--since", "2026-03-01"], ["export"], ["export", "--digest"])]
        role = f"{self.schema()}_odd"
        SERVER.sql(f"CREATE ROLE {role} LOGIN SUPERUSER")
        self.addCleanup(SERVER.sql, f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        for setting in ("timezone = 'Asia/Kathmandu'", "datestyle = 'SQL, DMY'", "bytea_output = 'escape'", "intervalstyle = 'iso_8601'",
                        "extra_float_digits = -3", "standard_conforming_strings = off", "search_path = 'nowhere'",
                        "client_encoding = 'LATIN1'", "default_transaction_isolation = 'serializable'"):
            SERVER.sql(f"ALTER ROLE {role} SET {setting}")
        self.assertEqual(ask(SERVER.as_role(role)), ask(SERVER.url))
        other = self.environment(RELAYBURN_DATABASE_URL=SERVER.as_role(role), RELAYBURN_HOME=str(self.root / "other"),
                                 RELAYBURN_DATABASE_SCHEMA=f"{self.schema()}_other")
        self.ingest_logs(env=other)
        self.assertEqual(self.digest(env=other), self.digest())


if __name__ == "__main__":
    main()
