#!/usr/bin/env python3
"""OpenCode: the JSON tree, the database, the database of 2.x; what each holds counts once, wherever it stands."""

import fcntl
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

from harness import DONE, DONE_IN_PART, PROGRAM, REPOSITORY, CliTest, assistant, is_root, main
from opencode_logs import (SCHEMA_1, SCHEMA_2, SESSION, START, Message, Session, open_database, put, put_entry, put_message,
                           put_session, reply, tokens, tool, user, write_database, write_database_2, write_json,
                           write_message, write_tree)

PLUGINS = PROGRAM.parent.parent / "lib" / "relayburn" / "plugins"
SAMPLES = Path(os.environ.get("RELAYBURN_SAMPLES") or REPOSITORY.parent / "shared" / "data" / "samples") / "opencode"


class Opencode(CliTest):
    def setUp(self):
        super().setUp()
        self.data = self.home / ".local/share/opencode"
        self.storage_tree = self.data / "storage"
        self.database_file = self.data / "opencode.db"

    def other_ledger(self, name):
        return self.environment(RELAYBURN_HOME=str(self.root / name))

    def assert_usage(self, turns, input, output, cache_read, cache_write, reasoning, **options):
        totals = self.analyze(**options)["totals"]
        usage = totals["usage"]
        self.assertEqual((totals["turns"], usage["input"], usage["output"], usage["cacheRead"], usage["cacheCreate5m"],
                          usage["reasoning"]), (turns, input, output, cache_read, cache_write, reasoning))

    def without_revision(self, kind, **options):
        records = self.export(kind, **options)
        return [{key: value for key, value in record.items() if key != "revision"} for record in records]


def whole_session():
    """A prompt, a reply with a tool call, an errored tool, two texts; what every generation can tell."""
    return Session(
        user("msg_user1", "Fix the bug, please."),
        reply("msg_reply1", at=1000, parts=[{"type": "reasoning", "text": "Hm."}, tool(start=1100, end=1200),
                                            {"type": "text", "text": "Done."}]),
        reply("msg_reply2", tokens(7, 3, 2, 11, 13), at=2000,
              parts=[tool("call_2", "edit", "error", {"filePath": "/home/dev/shop/a.py"}, 2100, 2200, error="no such file")]))


WRITERS = {
    "tree": lambda folder, session: write_tree(folder / "storage", session),
    "database": lambda folder, session: write_database(folder / "opencode.db", session),
    "database of 2.x": lambda folder, session: write_database_2(folder / "opencode.db", session),
}


class Generations(Opencode):
    def test_each_alone_has_the_same_figures_and_records(self):
        found = {}
        for name, write in WRITERS.items():
            folder = self.root / "data" / name
            write(folder, whole_session())
            environment = self.other_ledger(name)
            summary = self.ingest("--path", folder, env=environment)
            self.assertEqual((summary["issues"], summary["lines"]["rejected"]), ([], 0), name)
            self.assert_usage(2, 107, 30, 1011, 63, 7, env=environment)
            found[name] = {kind: self.without_revision(kind, env=environment)
                           for kind in ("tool_call", "tool_result", "user_turn", "relationship", "compaction")}
            turns = self.without_revision("turn", env=environment)
            for turn in turns:
                turn.pop("parentUuid", None)  # 2.x does not keep it
            found[name]["turn"] = turns
            again = self.ingest("--path", folder, env=environment)
            self.assert_nothing_read(again)
            self.assertEqual(again["files"]["unchanged"], summary["files"]["found"])
        self.assertEqual(found["tree"], found["database"])
        self.assertEqual(found["tree"], found["database of 2.x"])
        [edited] = [call for call in found["tree"]["tool_call"] if call["name"] == "edit"]
        self.assertEqual(edited["filePath"], "/home/dev/shop/a.py")
        self.assertEqual(sorted(result["status"] for result in found["tree"]["tool_result"]), ["completed", "errored"])
        self.assertEqual([turn["reportedCostUsd"] for turn in found["tree"]["turn"]], ["0.25", "0.25"])

    def test_their_overlap_is_one_ledger_in_every_order(self):
        for name, write in WRITERS.items():
            write(self.root / "data" / name, whole_session())
        digests = set()
        for order in itertools.permutations(WRITERS):
            environment = self.other_ledger("-".join(order))
            for name in order:
                self.ingest("--path", self.root / "data" / name, env=environment)
            self.assert_usage(2, 107, 30, 1011, 63, 7, env=environment)
            digests.add(self.digest(env=environment))
        self.assertEqual(len(digests), 1)

    def test_steps_are_turns_wherever_the_message_is_known_from(self):
        steps = [tokens(10, 1, 0, 100, 5), tokens(20, 2, 4, 200, 0)]
        session = Session(user("msg_user1"), reply("msg_reply1", steps[-1], steps=steps))
        for name, write in WRITERS.items():
            write(self.root / "data" / name, session)
        self.ingest("--path", self.root / "data/database of 2.x")
        self.assert_usage(1, 20, 6, 200, 0, 4)  # all that an import keeps
        self.ingest("--path", self.root / "data/tree")
        self.assert_usage(2, 30, 7, 300, 5, 4)
        self.assert_nothing_changed(self.ingest("--path", self.root / "data/database of 2.x", "--full"))
        self.assertEqual({(turn["messageId"], turn["input"], turn["stopReason"], turn["reportedCostUsd"]) for turn in self.export("turn")},
                         {("msg_reply1", 10, "tool-calls", "0.5"), ("msg_reply1#2", 20, "tool-calls", "0.5")})

    def test_each_step_has_the_context_that_it_had(self):
        """The second step alone is above the bound at which a model becomes dearer."""
        steps = [tokens(100_000, 1000), tokens(250_000, 1000)]
        message = reply("msg_reply1", steps[-1], steps=steps)
        message.data["modelID"] = "claude-sonnet-4-5"
        write_tree(self.storage_tree, Session(user("msg_user1"), message))
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["costUsd"], 1.8375)

    def test_a_tool_shares_the_tokens_of_its_own_step(self):
        def finished(used):
            return {"type": "step-finish", "reason": "tool-calls", "tokens": used}
        parts = [tool("call_1"), finished(tokens(10, 1)), tool("call_2", "edit", input={"filePath": "/a"}), finished(tokens(200, 2))]
        for name, write in WRITERS.items():
            if name == "database of 2.x":
                continue  # does not know the steps
            environment = self.other_ledger(name)
            write(self.root / "data" / name, Session(user("msg_user1"), reply("msg_reply1", parts=parts)))
            self.ingest("--path", self.root / "data" / name, env=environment)
            self.assertEqual({call["toolUseId"]: call["messageId"] for call in self.export("tool_call", env=environment)},
                             {"call_1": "msg_reply1", "call_2": "msg_reply1#2"}, name)

    def test_a_total_tells_whether_reasoning_is_in_the_output(self):
        session = Session(user("msg_user1"), reply("msg_inside", tokens(10, 8, 3, 5, 2, total=25)),
                          reply("msg_beside", tokens(10, 8, 3, 5, 2, total=28), at=2000), reply("msg_silent", tokens(10, 8, 3, 5, 2), at=3000))
        write_database(self.database_file, session)
        self.ingest()
        self.assertEqual({turn["messageId"]: turn["output"] for turn in self.export("turn")},
                         {"msg_inside": 8, "msg_beside": 11, "msg_silent": 11})

    def test_pieces_are_put_together_under_their_message(self):
        session = Session()
        database = open_database(self.database_file, SCHEMA_1, SCHEMA_2)
        put_session(database, session, "session_v2")
        model = {"providerID": "openai", "id": "gpt-5"}
        for seq, (id, used) in enumerate([("msg_a_1", tokens(10, 1, 0, 4)), ("msg_a_2", tokens(20, 2, 0, 6)), ("msg_b", tokens(5, 5))]):
            put_entry(database, session, id, "assistant", {"model": model, "content": [], "tokens": used, "cost": 0.1, "finish": "stop",
                                                           "time": {"created": START + seq, "completed": START + seq + 1}}, seq, seq)
        self.ingest()
        turns = {turn["messageId"]: turn for turn in self.export("turn")}
        self.assertEqual({id: (turn["input"], turn["output"], turn["reportedCostUsd"]) for id, turn in turns.items()},
                         {"msg_a": (10, 1, "0.1"), "msg_a#2": (20, 2, "0.1"), "msg_b": (5, 5, "0.1")})
        # The steps of the message that they were made of are the same turns.
        put_message(database, session, reply("msg_a", tokens(20, 2, 0, 6), steps=[tokens(10, 1, 0, 4), tokens(20, 2, 0, 6)]))
        database.close()
        self.ingest()
        self.assert_usage(3, 35, 8, 10, 0, 0)

    def fork(self, database, origin, fork, rows):
        """As 2.x does: the rows of the original with ids of the fork's own, all else as it was."""
        put_session(database, Session(id=fork), "session_v2", fork_session_id=origin)
        copied = database.execute("SELECT type, seq, time_created, time_updated, data FROM session_message WHERE session_id = ? "
                                  "ORDER BY seq LIMIT ?", (origin, rows)).fetchall()
        for type, seq, created, updated, data in copied:
            put(database, "session_message", id=f"msg_{fork}_{seq}", session_id=fork, type=type, seq=seq, time_created=created,
                time_updated=updated, data=data)

    def test_forks_of_2_copy_messages_and_count_none_twice(self):
        model = {"providerID": "openai", "id": "gpt-5"}
        session = Session()
        database = open_database(self.database_file, SCHEMA_2)
        put_session(database, session, "session_v2")

        def put_reply(session, id, seq, input):
            put_entry(database, session, id, "assistant", {"model": model, "content": [], "tokens": tokens(input, 1), "finish": "stop",
                                                           "time": {"created": START + seq, "completed": START + seq + 1}}, seq, seq)

        put_entry(database, session, "msg_u", "user", {"text": "Go on.", "time": {"created": START}}, 0)
        for seq, (id, input) in enumerate([("msg_a_1", 10), ("msg_a_2", 20), ("msg_b", 300), ("msg_c", 4000)], 1):
            put_reply(session, id, seq, input)
        self.ingest()
        self.fork(database, SESSION, "ses_fork", 4)  # before msg_c
        put_reply(Session(id="ses_fork"), "msg_d", 9, 50000)
        self.fork(database, "ses_fork", "ses_again", 5)
        database.commit()
        self.ingest()
        whole = 54330
        self.assertEqual(self.analyze()["totals"]["usage"]["input"], whole)
        self.assertEqual({turn["sessionId"] for turn in self.export("turn")}, {SESSION, "ses_fork", "ses_again"})
        digest = self.digest()
        self.delete_ledger()
        self.ingest()
        self.assertEqual((self.digest(), self.analyze()["totals"]["usage"]["input"]), (digest, whole))
        # Without its original a copy is all that is left of the call; who knew it knows better.
        for table, column in (("session_message", "session_id"), ("session_v2", "id")):
            database.execute(f"DELETE FROM {table} WHERE {column} = ?", [SESSION])
        database.close()
        self.ingest("--full")
        self.assertEqual((self.digest(), self.analyze()["totals"]["usage"]["input"]), (digest, whole))
        self.delete_ledger()
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["input"], whole - 4000)

    def test_a_copied_reply_that_broke_off_counts_once_a_newer_one_is_there(self):
        session = Session()
        database = open_database(self.database_file, SCHEMA_2)
        put_session(database, session, "session_v2")

        def put_reply(session, id, seq, **end):
            put_entry(database, session, id, "assistant", {"model": {"providerID": "openai", "id": "gpt-5"}, "content": [],
                                                           "tokens": tokens(10, 1), "time": {"created": START + seq, **end}}, seq, seq)

        put_reply(session, "msg_a", 1)
        self.fork(database, SESSION, "ses_fork", 1)
        put_entry(database, Session(id="ses_fork"), "msg_u", "user", {"text": "Go on.", "time": {"created": START + 2}}, 2, 2)
        database.commit()
        self.ingest()
        put_reply(Session(id="ses_fork"), "msg_b", 3, completed=START + 4)
        database.close()
        self.ingest()
        self.assertEqual({turn["messageId"] for turn in self.export("turn")}, {"msg_ses_fork_1", "msg_b"})
        digest = self.digest()
        self.delete_ledger()
        self.ingest()
        self.assertEqual(self.digest(), digest)

    def test_a_compaction_of_2_is_billed(self):
        session = Session()
        database = open_database(self.database_file, SCHEMA_2)
        put_session(database, session, "session_v2")
        put_entry(database, session, "msg_compact", "compaction",
                  {"status": "completed", "reason": "auto", "summary": "Much.", "tokens": tokens(9, 4), "cost": 0.01,
                   "model": {"providerID": "anthropic", "id": "claude-opus-4-7"}, "time": {"created": START}}, 0)
        put_entry(database, session, "msg_failed", "compaction", {"status": "failed", "reason": "manual", "time": {"created": START}}, 1)
        database.close()
        self.ingest()
        self.assert_usage(1, 9, 4, 0, 0, 0)
        [compaction] = self.export("compaction")
        self.assertEqual((compaction["uuid"], compaction["trigger"]), ("msg_compact", "auto"))

    def test_a_compaction_is_one_in_every_generation(self):
        asked = Message("msg_user1", "user", 0, [{"type": "compaction", "auto": True}])
        summary = reply("msg_reply1", summary=True, parent="msg_user1")
        write_tree(self.storage_tree, Session(asked, summary))
        self.ingest()
        database = open_database(self.database_file, SCHEMA_2)
        put_session(database, Session(), "session_v2")
        put_entry(database, Session(), "msg_user1", "compaction", {"status": "completed", "reason": "auto", "summary": "x",
                                                                   "time": {"created": START}}, 0)
        database.close()
        self.ingest()
        self.assertEqual([record["uuid"] for record in self.export("compaction")], ["msg_user1"])
        self.assertEqual(self.analyze()["totals"]["turns"], 1)

    def test_child_sessions(self):
        parent = Session(user("msg_user1"), reply("msg_reply1", parts=[
            tool("call_7", "task", input={"subagent_type": "explore", "description": "d", "prompt": "p"}, metadata={"sessionId": "ses_child"})]))
        child = Session(user("msg_user2"), reply("msg_reply2", tokens(1, 1), parent="msg_user2"), id="ses_child", parentID=SESSION)
        for session in (parent, child):
            write_tree(self.storage_tree, session)
        self.ingest()
        edges = [edge for edge in self.export("relationship") if edge["type"] == "subagent"]
        self.assertEqual(sorted((edge["sessionId"], edge["relatedSessionId"], edge.get("parentToolUseId"), edge.get("subagentType"))
                                for edge in edges if edge.get("parentToolUseId")), [("ses_child", SESSION, "call_7", "explore")])
        self.assertEqual(len(edges), 2)
        self.assertEqual({row["agent"]: row["turns"] for row in self.table("agent")}, {None: 1, "explore": 1})

    def test_prices_are_found_behind_the_provider(self):
        session = Session(*(reply(f"msg_{n}", tokens(1000, 1000), at=1000 * n) for n in range(3)))
        for message, (provider, model) in zip(session.messages, [("anthropic", "claude-opus-4-7"), ("openai", "gpt-5"), ("google", "gemini-2.5-pro")]):
            message.data.update(providerID=provider, modelID=model)
        write_database(self.database_file, session)
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["unpricedTurns"], 0)
        self.assertEqual({row["provider"] for row in self.table("provider")}, {"anthropic", "openai", "google"})
        self.assertEqual(self.analyze("--source", "opencode")["totals"]["turns"], 3)


class Completeness(Opencode):
    def test_a_reply_counts_once_it_is_complete(self):
        for name, write in WRITERS.items():
            environment = self.other_ledger(name)
            folder = self.root / "data" / name
            write(folder, Session(user("msg_user1"), reply("msg_reply1", tokens(), ended=None)))
            self.ingest("--path", folder, env=environment)
            self.assert_usage(0, 0, 0, 0, 0, 0, env=environment)
            shutil.rmtree(folder)
            write(folder, Session(user("msg_user1"), reply("msg_reply1")))
            self.ingest("--path", folder, env=environment)
            self.assert_usage(1, 100, 25, 1000, 50, 5, env=environment)

    def test_one_that_broke_off_counts_as_soon_as_there_is_a_newer_one(self):
        broken = reply("msg_reply1", tokens(), ended=None, parts=[{"type": "text", "text": "I beg"}], steps=[tokens(10, 1)])
        later = [user("msg_user2", at=3000), reply("msg_reply2", tokens(5, 5), at=4000)]
        for name in ("tree", "database"):
            environment = self.other_ledger(name)
            folder = self.root / "data" / name
            session = Session(user("msg_user1"), broken)
            WRITERS[name](folder, session)
            self.ingest("--path", folder, env=environment)
            self.assert_usage(0, 0, 0, 0, 0, 0, env=environment)
            if name == "tree":
                for message in later:
                    write_message(folder / "storage", session, message)
            else:
                database = open_database(folder / "opencode.db")
                for message in later:
                    put_message(database, session, message)
                database.close()
            self.ingest("--path", folder, env=environment)
            self.assert_usage(2, 15, 6, 0, 0, 0, env=environment)
            cold = self.other_ledger(name + " cold")
            self.ingest("--path", folder, env=cold)
            self.assertEqual(self.digest(env=cold), self.digest(env=environment))

    def test_a_call_that_failed_without_an_answer_is_no_turn(self):
        error = {"name": "APIError", "data": {"message": "overloaded"}}
        session = Session(user("msg_user1"), reply("msg_reply1", tokens(), error=error), 
                          reply("msg_reply2", tokens(), error=error, at=2000, parts=[{"type": "text", "text": "It began"}]))
        write_database(self.database_file, session)
        self.ingest()
        [turn] = self.export("turn")
        self.assertEqual((turn["messageId"], turn["output"], turn["outputIsLowerBound"]), ("msg_reply2", 0, True))

    def test_a_known_output_survives_its_compaction(self):
        session = Session(user("msg_user1"), reply("msg_reply1", parts=[tool()]))
        database = open_database(self.database_file)
        put_session(database, session)
        for message in session.messages:
            put_message(database, session, message)
        self.ingest()
        [before] = self.export("tool_result")
        self.assertEqual(before["contentBytes"], 6)
        part = session.messages[1].parts[0]
        part["state"]["time"]["compacted"] = START + 9000
        part["state"]["output"] = ""
        put_message(database, session, session.messages[1], updated=9000)
        database.close()
        self.ingest()
        self.assertEqual(self.export("tool_result"), [before])


class Places(Opencode):
    def put(self, path, session):
        return write_database(path, Session(reply(f"msg_{session}", tokens(1, 1)), id=session))

    def sessions(self):
        return {row["session"]: row["turns"] for row in self.table("session")}

    def test_all_places_of_the_data_folder(self):
        self.put(self.data / "opencode.db", "ses_release")
        self.put(self.data / "opencode-dev.db", "ses_dev")
        self.put(self.data / "other.db", "ses_other")
        write_tree(self.storage_tree, Session(reply("msg_tree", tokens(1, 1)), id="ses_tree"))
        write_json(self.storage_tree / "session_diff/ses_tree.json", [])
        self.ingest("--source", "opencode")
        self.assertEqual(self.sessions(), {"ses_release": 1, "ses_dev": 1, "ses_tree": 1})
        status = self.run_program("status", "--json").json
        [source] = [source for source in status["sources"] if source["source"] == "opencode"]
        self.assertEqual(source["logs"], 4)

    def test_xdg_data_home_moves_it(self):
        self.put(self.data / "opencode.db", "ses_usual")
        self.put(self.root / "xdg/opencode/opencode.db", "ses_moved")
        self.ingest(env=self.environment(XDG_DATA_HOME=str(self.root / "xdg")))
        self.assertEqual(self.sessions(), {"ses_moved": 1})

    def test_opencode_db_names_it(self):
        self.put(self.data / "opencode.db", "ses_usual")
        self.put(self.data / "mine.sqlite", "ses_relative")
        self.put(self.root / "odd #1?50%.sqlite", "ses_absolute")
        self.ingest(env=self.environment(OPENCODE_DB="mine.sqlite"))
        self.assertEqual(self.sessions(), {"ses_relative": 1})
        self.ingest(env=self.environment(OPENCODE_DB=str(self.root / "odd #1?50%.sqlite")))
        self.assertEqual(self.sessions(), {"ses_relative": 1, "ses_absolute": 1})
        summary = self.ingest(env=self.environment(OPENCODE_DB=":memory:"))
        self.assertEqual(summary["files"]["found"], 0)
        self.assertEqual(self.ingest(env=self.environment(OPENCODE_DB="/nowhere/x.db"))["files"]["failed"], 0)

    def test_a_link_to_a_database_that_is_being_written(self):
        real = self.root / "elsewhere/real.db"
        database = open_database(real)
        session = Session(id="ses_one")
        put_session(database, session)
        self.data.mkdir(parents=True)
        self.database_file.symlink_to(real)
        for n in range(3):
            put_message(database, session, reply(f"msg_{n}", tokens(1, 1)))
            self.ingest()
            self.assertEqual(self.sessions(), {"ses_one": n + 1})
        self.assert_nothing_read(self.ingest())
        database.close()

    def test_a_folder_that_is_named_gives_only_what_is_opencodes(self):
        self.put(self.logs / "opencode.db", "ses_one")
        for name in ("burn.sqlite", "History"):
            sqlite3.connect(self.logs / name).execute("CREATE TABLE x (y)").connection.close()
        self.write_log("chat.jsonl", assistant())
        summary = self.ingest_logs()
        self.assertEqual((summary["files"]["found"], summary["files"]["failed"]), (2, 0))

    def test_a_file_that_is_named_is_known_from_its_content(self):
        database = self.put(self.logs / "x", "ses_one")
        write_tree(self.root / "tree", Session(reply("msg_a", tokens(2, 2)), id="ses_two"))
        self.ingest("--path", database, "--path", self.root / "tree/message/ses_two/msg_a.json")
        self.assertEqual(self.sessions(), {"ses_one": 1, "ses_two": 1})

    def test_a_database_of_others_is_an_error_that_says_so(self):
        path = self.logs / "burn.sqlite"
        sqlite3.connect(path).execute("CREATE TABLE x (y)").connection.close()
        summary = self.ingest("--path", path, expect=DONE_IN_PART)
        self.assertEqual(summary["files"]["failed"], 1)
        self.assertIn("without OpenCode's tables", summary["issues"][0]["problem"])


class SecondRuns(Opencode):
    def test_a_part_that_is_rewritten_in_place_is_read(self):
        session = Session(user("msg_user1"), reply("msg_reply1", parts=[tool()]), reply("msg_reply2", at=2000))
        write_tree(self.storage_tree, session)
        self.ingest()
        part = self.storage_tree / "part/msg_reply1" / f"{session.part_id(session.messages[1], 0)}.json"
        value = json.loads(part.read_text())
        value["state"]["output"] = "b.txt\n"
        with open(part, "r+") as file:
            file.write(json.dumps(value))
        summary = self.ingest()
        self.assertEqual((summary["files"]["read"], summary["files"]["unchanged"]), (1, 3))

    def rows(self, **options):
        return self.ingest(**options)["lines"]["read"]

    def big(self, count=200):
        session = Session(*(reply(f"msg_{n:04}", tokens(1, 1), at=1000 * n, parts=[{"type": "text", "text": "x"}]) for n in range(count)))
        write_database(self.database_file, session)
        return session

    def assert_as_if_read_at_once(self):
        cold = self.other_ledger("cold")
        self.ingest(env=cold)
        self.assertEqual(self.digest(), self.digest(env=cold))

    def test_only_what_is_new_is_read(self):
        session = self.big()
        first = self.ingest()
        self.assertEqual(first["lines"]["read"], 401)
        database = open_database(self.database_file)
        put_message(database, session, reply("msg_new", tokens(5, 5), at=500_000))
        second = self.ingest()
        self.assertLessEqual(second["lines"]["read"], 4)
        self.assertLess(second["bytesRead"] * 20, first["bytesRead"])
        self.assertEqual(self.inserted(second), {"turn": 1})
        self.assert_nothing_read(self.ingest())
        database.close()
        self.assert_as_if_read_at_once()

    def test_a_second_change_within_the_same_millisecond_is_read(self):
        session = self.big(20)
        database = open_database(self.database_file)
        last = session.messages[-1]
        last.data["tokens"] = tokens(1, 2)
        put_message(database, session, last)
        self.ingest()
        last.data["tokens"] = tokens(1, 9)  # neither its time nor its place in the file changes
        database.execute("UPDATE message SET data = ? WHERE id = ?", [json.dumps(last.data), last.id])
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["output"], 19 + 9)
        database.close()
        self.assert_as_if_read_at_once()

    def test_a_row_that_is_updated_with_an_earlier_time_is_read(self):
        session = self.big(20)
        database = open_database(self.database_file)
        self.ingest()
        for id, output in (("msg_0003", 50), ("msg_0007", 70)):
            message = next(message for message in session.messages if message.id == id)
            message.data["tokens"] = tokens(1, output)
            put_message(database, session, message, updated=message.updated + 3000)
        second = self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["output"], 18 + 120)
        self.assertLess(second["lines"]["read"], 12)
        # The import of a session of long ago.
        put_message(database, Session(id="ses_old"), reply("msg_old", tokens(1, 1000), at=-10_000_000))
        database.close()
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["output"], 18 + 120 + 1000)
        self.assert_as_if_read_at_once()

    def test_deleted_rows_take_no_fact_away(self):
        self.big(20)
        self.ingest()
        database = open_database(self.database_file)
        database.execute("DELETE FROM part")
        database.execute("DELETE FROM message WHERE id < 'msg_0010'")
        database.close()
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 20)

    def test_a_database_that_was_replaced_is_read_anew(self):
        self.big(20)
        self.ingest()
        self.database_file.unlink()
        write_database(self.database_file, Session(reply("msg_other", tokens(3, 3)), id="ses_two"))
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 21)

    def test_a_session_that_came_after_its_messages(self):
        session = Session(reply("msg_reply1", parts=[]), parentID="ses_parent")
        write_message(self.storage_tree, session, session.messages[0])
        self.ingest()
        write_tree(self.storage_tree, session)
        self.ingest()
        [turn] = self.export("turn")
        self.assertEqual((turn.get("isSidechain"), turn["version"]), (True, "1.2.3"))
        self.assert_as_if_read_at_once()


WRITER = """
import json, sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from opencode_logs import *
database = open_database(Path(sys.argv[1]))
session = Session()
for n in range(150):
    message = reply(f"msg_{n:04}", tokens(), at=10 * n, ended=None)
    put_message(database, session, message)
    for step in (1, 2):
        message.parts.append({"type": "step-finish", "reason": "stop", "tokens": tokens(10, step)})
        put_message(database, session, message, updated=10 * n + step)
    ended = reply(f"msg_{n:04}", tokens(10, 2), at=10 * n, ended=5, parts=message.parts)
    put_message(database, session, ended)
    if n % 50 == 0:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
print("written")
"""


class Shared(Opencode):
    def run_as_nobody(self, *arguments, expect=DONE, **more):
        """With rights over nothing but a ledger of its own."""
        ledger = self.root / "nobody"
        if not ledger.exists():
            ledger.mkdir()
            os.chown(ledger, 65534, 65534)
            self.root.chmod(0o755)
        environment = self.environment(RELAYBURN_HOME=str(ledger), HOME=str(ledger), RELAYBURN_STORAGE="sqlite", **more)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, *arguments], env=environment,
                              cwd="/", capture_output=True)
        self.assertEqual(done.returncode, expect, done)
        return json.loads(done.stdout)

    def read_only_folder(self):
        folder = self.root / "shared"
        folder.mkdir()
        return folder

    def lock_away(self, folder):
        for path in [folder, *folder.iterdir()]:
            os.chown(path, 0, 0)
            path.chmod(0o755 if path.is_dir() else 0o644)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def can_drop_rights(self):
        return is_root() and shutil.which("setpriv") and os.access(PROGRAM, os.X_OK)

    def need_nobody(self):
        if not self.can_drop_rights():
            self.skipTest("only root can become somebody with fewer rights")
        probe = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "--version"], capture_output=True)
        if probe.returncode != 0:
            self.skipTest("nobody cannot run the program where it lies")

    def test_it_is_written_to_while_it_is_read(self):
        open_database(self.database_file).close()
        writer = subprocess.Popen([sys.executable, "-c", WRITER, self.database_file, Path(__file__).parent], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
        runs = 0
        while writer.poll() is None:
            self.ingest()
            runs += 1
        out, err = writer.communicate()
        self.assertEqual((writer.returncode, out.strip(), err), (0, b"written", b""))
        self.ingest()
        self.assertGreater(runs, 1)
        self.assert_usage(300, 3000, 450, 0, 0, 0)
        cold = self.other_ledger("cold")
        self.ingest(env=cold)
        self.assertEqual(self.digest(), self.digest(env=cold))

    def test_a_database_without_a_log_is_read_and_nothing_left_beside_it(self):
        write_database(self.database_file, whole_session(), journal="DELETE")
        names = set(os.listdir(self.data))
        self.ingest()
        self.assert_usage(2, 107, 30, 1011, 63, 7)
        self.assertEqual(set(os.listdir(self.data)), names)

    def test_a_folder_that_we_may_not_write_without_a_log(self):
        self.need_nobody()
        folder = self.read_only_folder()
        write_database(folder / "opencode.db", whole_session())
        before = self.lock_away(folder)
        self.assertEqual(list(before), ["opencode.db"])
        summary = self.run_as_nobody("ingest", "--json", "--path", folder)
        self.assertEqual(self.inserted(summary)["turn"], 2)
        self.assertEqual(self.lock_away(folder), before)

    def test_a_folder_that_we_may_not_write_with_a_log(self):
        self.need_nobody()
        folder = self.read_only_folder()
        database = open_database(folder / "opencode.db")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        session = whole_session()
        put_session(database, session)
        for message in session.messages:
            put_message(database, session, message)
        before = self.lock_away(folder)
        self.assertIn("opencode.db-wal", before)
        scratch = self.root / "scratch"
        scratch.mkdir(mode=0o755)
        summary = self.run_as_nobody("ingest", "--json", "--path", folder, expect=DONE_IN_PART, TMPDIR=str(scratch))
        self.assertIn(str(scratch), summary["issues"][0]["problem"])
        scratch.chmod(0o777)
        # As a run that was killed while it copied leaves it; another one is at work with its own.
        for name in ("killed", "at-work"):
            abandoned = scratch / f"relayburn-rows-{name}"
            abandoned.mkdir(mode=0o700)
            (abandoned / "copy.db").write_bytes(b"a prompt")
            for path in (abandoned / "copy.db", abandoned):
                shutil.chown(path, "nobody")
        at_work = os.open(scratch / "relayburn-rows-at-work", os.O_RDONLY)
        fcntl.flock(at_work, fcntl.LOCK_EX)
        summary = self.run_as_nobody("ingest", "--json", "--path", folder, TMPDIR=str(scratch))
        self.assertEqual(self.inserted(summary)["turn"], 2)
        self.assertEqual([path.name for path in scratch.iterdir()], ["relayburn-rows-at-work"])
        os.close(at_work)
        self.assertEqual(self.lock_away(folder), before)
        database.close()


class BadInput(Opencode):
    def test_without_the_plugin_the_other_agents_are_read(self):
        alone = self.root / "alone"
        alone.mkdir(mode=0o700)
        shutil.copy(PLUGINS / f"relayburn_storage_{self.storage}.so", alone)
        write_database(self.logs / "opencode.db", whole_session())
        write_tree(self.logs / "storage", Session(reply("msg_tree", tokens(1, 1)), id="ses_tree"))
        self.write_log("chat.jsonl", assistant())
        summary = self.ingest_logs("--plugin-dir", alone, expect=DONE_IN_PART)
        [issue] = summary["issues"]
        self.assertEqual(issue["path"], str(self.logs / "opencode.db"))
        self.assertIn("relayburn_rows_sqlite.so", issue["problem"])
        self.assertIn(str(alone), issue["problem"])
        self.assertEqual((summary["files"]["failed"], self.analyze()["totals"]["turns"]), (1, 2))
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 4)

    def test_a_file_that_is_no_database(self):
        self.data.mkdir(parents=True)
        for content in (b"not at all", b"SQLite format 3\0" + b"x" * 50, b"SQLite format 3\0" + b"\xff" * 5000):
            self.database_file.write_bytes(content)
            summary = self.ingest(expect=DONE_IN_PART)
            self.assertEqual(summary["files"]["failed"], 1)
            self.assertIn("opencode.db", summary["issues"][0]["problem"])
        self.database_file.write_bytes(b"")
        self.ingest()

    def test_damaged_pages(self):
        session = Session(*(reply(f"msg_{n:04}", tokens(1, 1), at=1000 * n, parts=[{"type": "text", "text": "x" * 300}]) for n in range(100)))
        write_database(self.database_file, session)
        whole = self.database_file.read_bytes()
        for damage in (whole[: len(whole) // 2], whole[:8192] + os.urandom(len(whole) - 8192), whole[:100] + b"\xff" * 300 + whole[400:]):
            self.database_file.write_bytes(damage)
            self.ingest(expect=DONE_IN_PART)
        self.database_file.write_bytes(whole)
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 100)

    def test_what_can_be_read_of_a_damaged_database_is(self):
        """A damaged page of parts costs the messages whose parts it holds, and no other."""
        steps = [tokens(10, 1), tokens(20, 2)]
        session = Session(*(reply(f"msg_{n:04}", steps[-1], at=1000 * n, steps=steps, parts=[{"type": "text", "text": "x" * 900}])
                            for n in range(60)))
        write_database(self.database_file, session, journal="DELETE")
        whole = self.database_file.read_bytes()
        place = whole.index(b'"text": "' + b"x" * 900, len(whole) // 2)
        page = place // 4096 * 4096
        self.database_file.write_bytes(whole[:page] + b"\xff" * 4096 + whole[page + 4096:])
        summary = self.ingest(expect=DONE_IN_PART)
        self.assertEqual(summary["files"]["failed"], 1)
        self.assertTrue(any("its parts cannot be read" in issue["problem"] for issue in summary["issues"]), summary["issues"])
        turns = self.export("turn")
        self.assertTrue(80 <= len(turns) < 120, len(turns))
        self.assertEqual({(turn["input"], turn["output"]) for turn in turns}, {(10, 1), (20, 2)})
        self.database_file.write_bytes(whole)
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["input"], 60 * 30)

    def test_a_table_that_cannot_be_used_leaves_the_others(self):
        write_database_2(self.database_file, whole_session())
        database = open_database(self.database_file)
        put_message(database, Session(), reply("msg_other", tokens(1000, 1)))
        database.execute("ALTER TABLE part DROP COLUMN data")
        database.close()
        summary = self.ingest(expect=DONE_IN_PART)
        self.assertIn("table part has no column data", summary["issues"][-1]["problem"])
        self.assert_usage(2, 107, 30, 1011, 63, 7)  # those of 2.x

    def test_replies_without_a_time_follow_each_other_as_they_came(self):
        write_database(self.database_file, Session(reply("msg_a", tokens(10, 1), at=1000, ended=None)))
        database = open_database(self.database_file)
        database.execute("DROP INDEX message_session_time_created_id_idx")
        database.execute("ALTER TABLE message DROP COLUMN time_created")
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 0)
        put(database, "message", id="msg_b", session_id=SESSION, time_updated=START + 9000, data=json.dumps(reply("msg_b", tokens(5, 1), at=9000).data))
        database.close()
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["usage"]["input"], 15)

    def test_what_stands_behind_an_object_is_left_alone(self):
        steps = [tokens(3, 1), tokens(10, 2)]
        write_tree(self.storage_tree, Session(reply("msg_a", tokens(10, 2), steps=steps), user("msg_user1")))
        for path in self.storage_tree.rglob("*.json"):
            path.write_text(path.read_text() + '\n0,"finish":"stop"}')
        summary = self.ingest()
        self.assertEqual(summary["lines"]["rejected"], len(list(self.storage_tree.rglob("*.json"))))
        self.assertIn("behind the object", summary["issues"][0]["problem"])
        self.assert_usage(2, 13, 3, 0, 0, 0)
        self.assertEqual(len(self.export("user_turn")), 1)

    def test_a_database_of_somebody_else_is_named_once(self):
        self.data.mkdir(parents=True)
        write_database(self.database_file, whole_session())
        database = sqlite3.connect(self.data / "opencode-notes.db")
        database.execute("CREATE TABLE notes (text)")
        database.close()
        summary = self.ingest()
        self.assertEqual((summary["files"]["failed"], summary["lines"]["rejected"]), (0, 1))
        self.assertIn("without OpenCode's tables", summary["issues"][0]["problem"])
        again = self.ingest()
        self.assert_nothing_read(again)
        self.assertEqual(again["issues"], [])

    def test_no_bytes_stop_it(self):
        write_database(self.logs / "opencode.db", whole_session())
        write_tree(self.logs / "storage", whole_session())
        files = [path for path in sorted(self.logs.rglob("*")) if path.is_file()]
        whole = {path: path.read_bytes() for path in files}
        random.seed(len(self.storage))
        for _ in range(40):
            for path, data in whole.items():
                data = bytearray(data)
                # The head of a database, and of each of its pages, decides the most.
                places = (random.randrange(len(data)), random.randrange(min(len(data), 120)), random.randrange(0, len(data), 4096))
                for _ in range(random.randrange(4)):
                    data[min(random.choice(places) + random.randrange(16), len(data) - 1)] = random.choice((0, 255, random.randrange(256)))
                path.write_bytes(data[: random.randrange(len(data))] if random.random() < 0.1 else data)
            result = self.run_program("ingest", "--dry-run", "--json", "--path", self.logs, expect=None)
            self.assertIn(result.status, (DONE, DONE_IN_PART), result)

    def test_rows_that_cannot_be_used_are_named(self):
        session = whole_session()
        write_database(self.database_file, session)
        database = open_database(self.database_file)
        for id, data in (("msg_half", '{"role":"assist'), ("msg_list", "[1]"), ("msg_null", "null"), ("msg_bytes", b"\xff\xfe\0{"),
                         ("msg_deep", '{"role":' * 3000)):
            put(database, "message", id=id, session_id=SESSION, time_created=1, time_updated=1, data=data)
        odd = reply("msg_odd", {"input": -5, "output": "55", "reasoning": 1e300, "cache": {"read": None, "write": [1]}}, at=5000)
        odd.data["time"] = {"created": 1e308, "completed": "soon"}
        put_message(database, session, odd)
        put(database, "part", id="prt_orphan", message_id="msg_nowhere", session_id=SESSION, time_created=1, time_updated=1, data="{}")
        database.close()
        summary = self.ingest()
        problems = [issue["problem"] for issue in summary["issues"]]
        for id in ("msg_half", "msg_list", "msg_null", "msg_bytes", "msg_deep"):
            self.assertTrue(any(problem.startswith(f"message {id}:") for problem in problems), (id, problems))
        self.assertEqual(summary["lines"]["rejected"], 5)
        for word in ("tokens.input", "tokens.output", "tokens.reasoning", "time.created", "prt_orphan"):
            self.assertTrue(any(word in problem for problem in problems), (word, problems))
        self.assertTrue(all(issue["path"] == str(self.database_file) for issue in summary["issues"]))
        self.assertEqual(self.analyze()["totals"]["turns"], 3)

    def test_parts_that_cannot_be_listed_are_not_passed_over(self):
        steps = [tokens(3, 1), tokens(10, 2)]
        write_tree(self.storage_tree, Session(reply("msg_a", tokens(10, 2), steps=steps)))
        parts = self.storage_tree / "part/msg_a"
        parts.rename(self.root / "elsewhere")
        parts.symlink_to("msg_a")  # to itself
        summary = self.ingest(expect=DONE_IN_PART)
        self.assertIn("part/msg_a", summary["issues"][0]["problem"])
        self.assertEqual(self.analyze()["totals"]["turns"], 0)
        parts.unlink()
        (self.root / "elsewhere").rename(parts)
        self.ingest()
        self.assert_totals(2, 13, 3, 0, 0, 0)

    def test_a_later_copy_that_states_less_replaces_nothing(self):
        """As an import to 2.x that keeps one step of several."""
        steps = [tokens(3, 1), tokens(10, 2)]
        whole = Session(reply("msg_a", tokens(10, 2), steps=steps))
        write_database(self.database_file, whole)
        self.ingest()
        database = open_database(self.database_file)
        database.execute("DELETE FROM part")
        database.execute("UPDATE message SET time_updated = time_updated + 60000")
        database.commit()
        database.close()
        self.ingest()
        self.assert_totals(2, 13, 3, 0, 0, 0)

    def test_ids_of_messages_that_end_in_numbers_are_theirs(self):
        """Only messages of 2.x come in pieces."""
        write_database(self.database_file, Session(reply("msg_a_1", tokens(20, 1), at=1000, ended=None), user("msg_u", at=5000)))
        self.ingest()
        database = open_database(self.database_file)
        session = Session(reply("msg_a_2", tokens(10, 1), at=9000))
        put_message(database, session, session.messages[0])
        database.commit()
        database.close()
        self.ingest()
        self.assertEqual(self.analyze()["totals"]["turns"], 2)
        digest = self.digest()
        self.delete_ledger()
        self.ingest()
        self.assertEqual(self.digest(), digest)

    def test_files_that_cannot_be_used_are_named(self):
        session = whole_session()
        write_tree(self.storage_tree, session)
        part = self.storage_tree / "part/msg_reply1" / f"{session.part_id(session.messages[1], 1)}.json"
        part.write_text(part.read_text()[:-20])
        (self.storage_tree / f"message/{SESSION}/msg_half.json").write_text('{"id":"msg_half","ro')
        (self.storage_tree / f"message/{SESSION}/msg_empty.json").write_text("")
        (self.storage_tree / f"message/{SESSION}/msg_junk.json").write_bytes(bytes(range(256)))
        (self.storage_tree / f"message/{SESSION}/msg_what.json").write_text("{}")
        summary = self.ingest()
        self.assertEqual((summary["files"]["failed"], summary["lines"]["rejected"]), (0, 5))
        problems = {Path(issue["path"]).name: issue["problem"] for issue in summary["issues"]}
        self.assertEqual(set(problems), {"msg_half.json", "msg_empty.json", "msg_junk.json", "msg_what.json", "msg_reply1.json"})
        self.assertIn(part.name, problems["msg_reply1.json"])
        self.assertEqual(self.analyze()["totals"]["turns"], 2)
        self.assert_nothing_read(self.ingest())

    def test_columns_that_are_missing(self):
        self.data.mkdir(parents=True)
        database = sqlite3.connect(self.database_file)
        database.execute("CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT)")
        database.execute("INSERT INTO message VALUES ('msg_1', 'ses_1', ?)", [json.dumps(reply("msg_1").data)])
        database.commit()
        database.close()
        self.ingest()
        self.assert_usage(1, 100, 25, 1000, 50, 5)
        self.assert_nothing_read(self.ingest())
        database = sqlite3.connect(self.database_file)
        database.execute("DROP TABLE message")
        database.execute("CREATE TABLE message (id TEXT)")
        database.commit()
        database.close()
        summary = self.ingest(expect=DONE_IN_PART)
        self.assertIn("has no column", summary["issues"][0]["problem"])

    def test_content_only_where_it_is_wanted_and_the_same_in_every_generation(self):
        secret = "xyzzy-plugh"
        session = Session(user("msg_user1", secret), reply("msg_reply1", parts=[tool(output=secret), {"type": "text", "text": secret}]))
        for name, write in WRITERS.items():
            write(self.root / "data" / name, session)
        full = self.environment(RELAYBURN_CONTENT_STORE="full", RELAYBURN_HOME=str(self.root / "full"))
        for name in WRITERS:
            self.ingest("--path", self.root / "data" / name)
            self.ingest("--path", self.root / "data" / name, env=full)
        for path in self.ledger_home.rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)
        records = [json.loads(line) for line in self.run_program("export", "--content", env=full).out.splitlines()]
        kinds = sorted(record["contentKind"] for record in records if record["kind"] == "content")
        self.assertEqual(kinds, ["text", "text", "tool_result", "tool_use"])


@unittest.skipUnless(SAMPLES.is_dir(), f"no {SAMPLES}")
class Samples(Opencode):
    def test_they_are_read_without_error(self):
        summary = self.ingest("--path", SAMPLES)
        self.assertEqual((summary["issues"], summary["lines"]["rejected"], summary["files"]["failed"]), ([], 0, 0))
        self.assertEqual(self.inserted(summary)["turn"], self.analyze()["totals"]["turns"])
        self.assert_nothing_read(self.ingest("--path", SAMPLES))


if __name__ == "__main__":
    main()
