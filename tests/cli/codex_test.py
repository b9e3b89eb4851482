#!/usr/bin/env python3
"""Codex rollouts: what they hold that made other tools count wrong, where they lie, and how they are compressed.

The numbers begin the names of the logs in tests/data/codex.
"""

import itertools
import json
import shutil

from harness import DATA, DONE_IN_PART, CliTest, assistant, codex, main, raw, session_meta, token_count, zstd

SESSION = "0199b000-0000-7000-8000-0000000000"


class Codex(CliTest):
    agent = "codex"

    def count(self, *names):
        for name in names:
            self.use_fixture(name)
        return self.ingest_logs()

    def assert_usage(self, turns, input, output, cache_read, reasoning):
        totals = self.analyze()["totals"]
        usage = totals["usage"]
        self.assertEqual((totals["turns"], usage["input"], usage["output"], usage["cacheRead"], usage["reasoning"]),
                         (turns, input, output, cache_read, reasoning))

    def by(self, dimension):
        return {row[dimension]: row["turns"] for row in self.table(dimension)}

    def sessions(self):
        return {(name or "--")[-2:]: turns for name, turns in self.by("session").items()}


class Surprises(Codex):
    def test_16_repeated_totals_add_nothing(self):
        summary = self.count("16_repeated_totals.jsonl")
        self.assertEqual(summary["issues"], [])
        self.assert_usage(2, 400 + 300, 90, 600 + 1200, 30)
        self.assertEqual(self.inserted(summary),
                         {"turn": 2, "tool_call": 1, "tool_result": 1, "user_turn": 1, "relationship": 1})
        self.assertEqual(self.by("project"), {"github.com/ada/bakery": 2})
        self.assertEqual((self.by("model"), self.by("source"), self.by("branch")), ({"gpt-5-codex": 2}, {"codex": 2}, {"main": 2}))
        [call] = self.export("tool_call")
        [result] = self.export("tool_result")
        turns = {turn["messageId"]: turn for turn in self.export("turn")}
        self.assertEqual((call["messageId"], set(turns)), ("-#1000.600.50", {"-#1000.600.50", "-#2500.1800.90"}))
        self.assertEqual((call["toolUseId"], result["toolUseId"], result["status"]), ("call_161", "call_161", "completed"))

    def test_17_totals_that_restart_lose_nothing(self):
        self.count("17_totals_restart.jsonl")
        self.assert_usage(4, 1000 + 1000 + 500 + 100, 100 + 200 + 10 + 20, 4000 + 3000 + 200 + 700, 10)

    def test_18_a_compaction_is_no_response(self):
        summary = self.count("18_after_compaction.jsonl")
        self.assert_usage(2, 1000 + 800, 120, 4100, 0)
        self.assertEqual(self.inserted(summary)["compaction"], 1)

    def test_19_forked_and_resumed_history_counts_once_in_the_session_that_it_is_of(self):
        names = ("19_parent.jsonl", "19_fork.jsonl")
        digests = set()
        for order in itertools.permutations(names):
            environment = self.environment(RELAYBURN_HOME=str(self.root / order[0]))
            for name in order:
                self.ingest("--path", self.use_fixture(name), env=environment)
            digests.add(self.digest(env=environment))
        self.assertEqual(len(digests), 1)
        self.ingest_logs()
        self.assert_usage(4, 1000 + 1100 + 1000 + 100, 65, 900 + 2000 + 400, 0)
        self.assertEqual(self.sessions(), {"19": 3, "20": 1})
        self.assertEqual(len(self.export("turn")), 6, "the copies stay in the ledger")
        edges = {(edge["type"], edge["sessionId"][-2:], edge.get("relatedSessionId", "")[-2:]) for edge in self.export("relationship")}
        self.assertEqual(edges, {("root", "19", ""), ("root", "20", ""), ("fork", "20", "19")})

    def test_19_older_forks_copy_lines_as_they_are(self):
        self.count("19_old_parent.jsonl", "19_old_fork.jsonl")
        self.assert_usage(3, 1000 + 300 + 100, 31, 1200, 0)
        self.assertEqual(self.sessions(), {"21": 2, "22": 1})

    def test_19_a_fork_whose_parent_is_gone_counts_its_history(self):
        self.count("19_fork.jsonl")
        self.assert_usage(3, 1000 + 1100 + 100, 35, 1300, 0)

    def test_20_the_old_format_has_sessions_without_turns(self):
        summary = self.count("20_old_format.jsonl")
        self.assertEqual((summary["issues"], summary["lines"]), ([], {"read": 8, "rejected": 0}))
        self.assertEqual(self.inserted(summary), {"tool_call": 1, "tool_result": 1, "user_turn": 1, "relationship": 1})
        self.assertEqual(self.analyze()["totals"]["turns"], 0)
        self.assertEqual({record["sessionId"] for record in self.export()}, {SESSION + "23"})
        self.assertEqual(self.export("tool_result")[0]["status"], "errored")

    def test_21_a_subagent_is_of_the_type_that_it_was_spawned_as(self):
        self.count("21_spawner.jsonl", "21_spawned.jsonl")
        self.assert_usage(2, 500 + 500, 46, 400, 31)
        self.assertEqual(self.analyze()["totals"]["usage"]["cacheCreate5m"], 200)
        self.assertEqual(self.by("agent"), {None: 1, "taster": 1})
        turns = {turn["sessionId"][-2:]: turn for turn in self.export("turn")}
        self.assertEqual((turns["24"]["serviceTier"], turns["24"]["model"]), ("priority", "gpt-5.4"))
        self.assertTrue(turns["25"]["isSidechain"])

    def test_21_without_its_spawner_the_type_is_unknown(self):
        self.count("21_spawned.jsonl")
        self.assertEqual(self.by("agent"), {"unknown": 1})

    def test_all_in_one_ledger_and_a_second_time(self):
        shutil.copytree(DATA / "codex", self.logs, dirs_exist_ok=True)
        self.ingest_logs()
        digest = self.digest()
        again = self.ingest_logs()
        self.assert_nothing_read(again)
        self.assert_nothing_changed(again)
        self.assert_nothing_changed(self.ingest_logs("--full"))
        self.assertEqual(self.digest(), digest)

    def test_line_by_line_as_they_are_written(self):
        whole = self.environment(RELAYBURN_HOME=str(self.root / "whole"))
        for fixture in ("16_repeated_totals.jsonl", "21_spawner.jsonl"):
            lines = (DATA / "codex" / fixture).read_bytes().splitlines(keepends=True)
            path = self.logs / fixture
            for line in lines:
                self.append_log(path, line[:-1])
                self.ingest("--path", path)
                self.append_log(path, b"\n")
                read = self.ingest("--path", path)
                self.assertLessEqual(read["bytesRead"], len(line))
            self.ingest("--path", path, env=whole)
        self.assertEqual(self.digest(), self.digest(env=whole))


class Usage(Codex):
    def test_a_response_without_a_model_has_none(self):
        self.write_log("r.jsonl", session_meta(), token_count((10, 0, 1, 0)))
        self.ingest_logs()
        self.assertEqual(self.by("model"), {None: 1})
        self.assertEqual(self.analyze()["unpricedModels"], [{"model": None, "turns": 1}])

    def test_a_model_that_is_served_locally_costs_nothing_whatever_its_name(self):
        self.write_log("r.jsonl", session_meta(model_provider="oss"), codex("turn_context", model="gpt-5.5", turn_id="t"),
                       token_count((10, 0, 1, 0)))
        self.write_log("own.jsonl", session_meta("s-own", model_provider="my-proxy"),
                       codex("turn_context", model="gpt-5.5", turn_id="u"),
                       token_count((20, 0, 2, 0), ts="2026-03-02T11:00:00.000Z"))
        self.write_log("llama.jsonl", session_meta("s-llama", model_provider="Llama.cpp"),
                       codex("turn_context", model="gpt-5.5", turn_id="v"),
                       token_count((30, 0, 3, 0), ts="2026-03-02T12:00:00.000Z"))
        self.ingest_logs()
        rows = self.table("model")
        self.assertEqual({row["model"]: row["costUsd"] for row in rows},
                         {"oss/gpt-5.5": 0, "Llama.cpp/gpt-5.5": 0, "gpt-5.5": 0.00016})
        self.assertEqual(self.analyze()["unpricedModels"], [])

    def test_usage_records_are_taken_where_a_log_has_them(self):
        usage = {"input_tokens": 100, "cached_input_tokens": 40, "output_tokens": 10, "reasoning_output_tokens": 5}
        record = codex("token_usage_record", response_id="resp_1", turn_id="t", usage=usage, turn_token_usage=usage, thread_token_usage=usage)
        for number, order in enumerate(itertools.permutations([record, token_count((100, 40, 10, 5))])):
            self.write_log(f"{number}.jsonl", session_meta(), codex("turn_context", model="gpt-5.5", turn_id="t"), *order)
            environment = self.environment(RELAYBURN_HOME=str(self.root / str(number)))
            self.ingest("--path", self.logs / f"{number}.jsonl", env=environment)
            totals = self.analyze(env=environment)["totals"]
            self.assertEqual((totals["turns"], totals["usage"]["input"], totals["usage"]["output"]), (1, 60, 10))
        # Copies of one response in any session are one call.
        self.write_log("copy.jsonl", session_meta("another"), record)
        self.ingest_logs()
        self.assert_usage(1, 60, 10, 40, 5)

    def test_the_same_prompt_run_twice_by_a_job_is_two_calls(self):
        for number in (1, 2):
            self.write_log(f"{number}.jsonl", session_meta(f"job-{number}"), token_count((10, 0, 1, 0), ts=f"2026-03-0{number}T10:00:00.000Z"))
        self.ingest_logs()
        self.assert_usage(2, 20, 2, 0, 0)

    def test_a_fork_without_turn_ids_shares_the_calls_of_its_parent(self):
        def meta(session, **more):
            return codex("session_meta", id=session, cli_version="0.154.0", **more)

        def counts(minute, *totals):
            return [token_count(total, ts=f"2026-03-02T10:{minute}:{second:02}.000Z") for second, total in enumerate(totals)]

        first, second, third, own = (100, 0, 10, 0), (300, 0, 30, 0), (600, 0, 60, 0), (1000, 0, 100, 0)
        self.write_log("parent.jsonl", meta("p"), *counts("00", first, second, third))
        self.write_log("fork.jsonl", meta("f", forked_from_id="p"), *counts("30", first, second, own))
        self.ingest_logs()
        self.assert_usage(4, 600 + 700, 130, 0, 0)
        self.assertEqual(len(self.export("turn")), 6, "the copies stay in the ledger")

    def test_a_tier_ends_with_the_settings_that_state_none(self):
        def settings(**more):
            return codex("event_msg", type="thread_settings_applied", thread_settings={"model": "gpt-5.4", **more})

        self.write_log("r.jsonl", session_meta(), settings(service_tier="fast"), token_count((10, 0, 1, 0)),
                       settings(service_tier=None), token_count((30, 0, 3, 0)), settings(service_tier="priority"),
                       token_count((60, 0, 6, 0)), settings(), token_count((100, 0, 10, 0)))
        self.ingest_logs()
        self.assertEqual({turn["output"]: turn.get("serviceTier") for turn in self.export("turn")},
                         {1: "fast", 2: None, 3: "priority", 4: None})

    def test_an_unknown_tier_is_reported_once(self):
        settings = codex("event_msg", type="thread_settings_applied", thread_settings={"model": "m", "service_tier": "turbo"})
        self.write_log("r.jsonl", session_meta(), settings, token_count((10, 0, 1, 0)), settings, token_count((30, 0, 3, 0)))
        summary = self.ingest_logs()
        self.assertEqual([issue["problem"] for issue in summary["issues"]], ["service_tier 'turbo' is not known"])

    def test_a_turn_has_the_plan_that_paid(self):
        def count(total, plan):
            line = token_count(total)
            line["payload"]["rate_limits"] = {"plan_type": plan} if plan else None
            return line

        self.write_log("r.jsonl", session_meta(), count((10, 0, 1, 0), None), count((30, 0, 3, 0), "plus"), count((60, 0, 6, 0), None))
        self.ingest_logs()
        self.assertEqual({turn["output"]: turn.get("plan") for turn in self.export("turn")}, {1: None, 2: "plus", 3: "plus"})

    def test_aborted_and_unfinished_tasks_count(self):
        self.write_log("r.jsonl", session_meta(), codex("event_msg", type="task_started", turn_id="t1"), token_count((10, 0, 1, 0)),
                       codex("event_msg", type="turn_aborted", turn_id="t1", reason="interrupted"), token_count((30, 0, 3, 0), (20, 0, 2, 0)),
                       codex("event_msg", type="task_started", turn_id="t2"), token_count((60, 0, 6, 0), (30, 0, 3, 0)))
        self.ingest_logs()
        self.assert_usage(3, 60, 6, 0, 0)

    def test_numbers_that_are_no_counts_are_named_and_the_line_stays(self):
        self.write_log("r.jsonl", session_meta(), token_count((1000.0, 0, "55", -1)))
        summary = self.ingest_logs()
        self.assert_usage(1, 1000, 0, 0, 0)
        self.assertEqual({issue["line"] for issue in summary["issues"]}, {2})
        self.assertIn("total_token_usage.output_tokens is no whole number from 0 to 2^40; counted as 0",
                      [issue["problem"] for issue in summary["issues"]])

    def test_nothing_of_a_prompt_or_a_command_is_kept_unless_asked_for(self):
        secret = "hunter2"
        self.write_log("r.jsonl", session_meta(), codex("response_item", type="message", role="user", content=[{"type": "input_text", "text": secret}]),
                       codex("response_item", type="function_call", name="shell", call_id="c1", arguments=f'{{"command":["echo","{secret}"]}}'),
                       token_count((10, 0, 1, 0)), codex("response_item", type="function_call_output", call_id="c1", output=secret))
        self.ingest_logs()
        self.assertNotIn(secret.encode(), self.run_program("export", "--content").out)
        for path in self.ledger_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)
        self.ingest_logs("--full", env=self.environment(RELAYBURN_CONTENT_STORE="full"))
        records = [json.loads(line) for line in self.run_program("export", "--content").out.splitlines()]
        kinds = {record["contentKind"] for record in records if record["kind"] == "content"}
        self.assertEqual(kinds, {"text", "tool_use", "tool_result"})


class Places(Codex):
    def put(self, path, session):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(raw(line) + b"\n" for line in (session_meta(session), token_count((10, 0, 1, 0), ts="2026-03-02T10:00:0" + session + ".000Z"))))
        return path

    def test_sessions_and_the_archive_are_read(self):
        codex_home = self.home / ".codex"
        self.put(codex_home / "sessions/2026/03/02/rollout-1.jsonl", "1")
        self.put(codex_home / "archived_sessions/rollout-2.jsonl", "2")
        (codex_home / "history.jsonl").write_text("no rollout\n")
        summary = self.ingest()
        self.assertEqual((summary["files"]["found"], summary["issues"]), (2, []))
        self.assertEqual(self.by("session"), {"1": 1, "2": 1})
        status = self.run_program("status", "--json").json
        self.assertEqual([(source["source"], source["logs"]) for source in status["sources"]], [("claude-code", 0), ("codex", 2), ("opencode", 0)])

    def test_codex_home_replaces_the_usual_place(self):
        self.put(self.home / ".codex/sessions/rollout-1.jsonl", "1")
        self.put(self.root / "elsewhere/sessions/rollout-2.jsonl", "2")
        self.ingest(env=self.environment(CODEX_HOME=str(self.root / "elsewhere")))
        self.assertEqual(self.by("session"), {"2": 1})

    def test_a_session_that_moves_to_the_archive_counts_once(self):
        path = self.put(self.home / ".codex/sessions/2026/03/02/rollout-1.jsonl", "1")
        self.ingest()
        digest = self.digest()
        archive = self.home / ".codex/archived_sessions"
        archive.mkdir()
        path.rename(archive / path.name)
        self.assert_nothing_changed(self.ingest())
        self.assertEqual(self.digest(), digest)

    def test_source_chooses_the_agent(self):
        self.put(self.logs / "rollout-1.jsonl", "1")
        self.write_log("chat.jsonl", assistant())
        for source, found in (("codex", "codex"), ("claude", "claude-code")):
            environment = self.environment(RELAYBURN_HOME=str(self.root / source))
            summary = self.ingest_logs("--source", source, env=environment)
            self.assertEqual(summary["files"]["found"], 1)
            self.assertEqual([row["source"] for row in self.table("source", env=environment)], [found])
        self.assertEqual(self.ingest_logs()["files"]["found"], 2)
        self.assertEqual(self.by("source"), {"claude-code": 1, "codex": 1})
        self.assertEqual(self.analyze("--source", "codex")["totals"]["turns"], 1)


class Compressed(Codex):
    def lines(self):
        return [session_meta(), codex("turn_context", model="gpt-5.5"), token_count((10, 0, 1, 0)), token_count((30, 0, 3, 0), (20, 0, 2, 0))]

    def data(self):
        return b"".join(raw(line) + b"\n" for line in self.lines())

    def place(self, name, data):
        path = self.home / ".codex/sessions/2026/03/02" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def test_the_plain_and_the_compressed_file_are_one_session(self):
        self.place("rollout-1.jsonl", self.data())
        self.ingest()
        digest = self.digest()
        self.place("rollout-1.jsonl.zst", zstd(self.data(), blocks=3))
        self.place("rollout-1.jsonl.zst.compress.1.tmp", b"half")
        summary = self.ingest()
        self.assertEqual((summary["files"]["read"], summary["files"]["failed"]), (1, 0))
        self.assert_nothing_changed(summary)
        (self.home / ".codex/sessions/2026/03/02/rollout-1.jsonl").unlink()
        again = self.ingest()
        self.assert_nothing_read(again)
        self.assert_nothing_changed(self.ingest("--full"))
        self.assertEqual(self.digest(), digest)
        self.assert_usage(2, 30, 3, 0, 0)

    def test_a_compressed_file_is_known_from_its_content(self):
        (self.logs / "odd-name").write_bytes(zstd(self.data()))
        self.ingest("--path", self.logs / "odd-name")
        self.assertEqual(self.by("source"), {"codex": 2})

    def test_one_that_changed_is_read_from_its_start(self):
        path = self.place("rollout-1.jsonl.zst", zstd(raw(self.lines()[0]) + b"\n"))
        self.ingest()
        path.write_bytes(zstd(self.data()))
        self.assertEqual(self.ingest()["lines"]["read"], 4)
        self.assert_usage(2, 30, 3, 0, 0)

    def test_of_a_damaged_one_counts_what_came_before_and_the_file_is_named(self):
        whole = zstd(self.data(), blocks=4)
        for damaged in (whole[:-30], whole + b"rubbish", whole + zstd(self.data())[:20], zstd(self.data()) + whole[:4]):
            path = self.place("rollout-1.jsonl.zst", damaged)
            environment = self.environment(RELAYBURN_HOME=str(self.root / str(len(damaged))))
            for _ in range(2):
                summary = self.ingest(expect=DONE_IN_PART, env=environment)
                self.assertEqual((summary["files"]["failed"], summary["lines"]["rejected"]), (1, 0))
                [issue] = summary["issues"]
                self.assertEqual((issue["path"], issue.get("line", 0)), (str(path), 0))
                self.assertIn("zstd", issue["problem"])
            self.assertGreaterEqual(self.analyze(env=environment)["totals"]["turns"], 1)
        # Once it is whole again nothing is missing.
        path.write_bytes(whole)
        self.ingest(env=environment)
        self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 2)

    def test_few_bytes_that_stand_for_very_many_cost_little_memory(self):
        frame = b"\x28\xb5\x2f\xfd\x00\x38"
        blank = ((128 << 10) << 3 | 1 << 1).to_bytes(3, "little") + b" "  # a block of 128 KiB of blanks
        end = (1).to_bytes(3, "little")
        self.place("rollout-1.jsonl.zst", zstd(self.data()) + frame + blank * 4000 + end)
        summary = self.ingest(expect=DONE_IN_PART)
        self.assertIn("stands for more than", summary["issues"][-1]["problem"])
        self.assert_usage(2, 30, 3, 0, 0)

    def test_a_line_that_is_too_long_is_skipped_in_a_compressed_rollout_too(self):
        blank = ((128 << 10) << 3 | 1 << 1).to_bytes(3, "little") + b" "  # a block of 128 KiB of blanks
        frame = b"\x28\xb5\x2f\xfd\x00\x38" + blank * 600 + (1).to_bytes(3, "little")
        ballast = zstd(b"\n" * (100 << 10))  # so that it stands for no more than it may
        self.place("rollout-1.jsonl.zst", frame + zstd(b"\n" + self.data()) + ballast)
        summary = self.ingest()
        self.assertEqual(summary["lines"]["rejected"], 1)
        [issue] = summary["issues"]
        self.assertEqual((issue["line"], issue["problem"]), (1, "longer than 64 MiB, skipped"))
        self.assert_usage(2, 30, 3, 0, 0)


if __name__ == "__main__":
    main()
