"""What OpenCode keeps, in all three generations of its storage, made from one description of a session."""

import json
import sqlite3

START = 1_772_445_600_000  # 2026-03-02T10:00:00Z
SESSION = "ses_one"

TOKENS = {"input": 100, "output": 20, "reasoning": 5, "cache": {"read": 1000, "write": 50}}


def tokens(input=0, output=0, reasoning=0, read=0, write=0, **more):
    return {"input": input, "output": output, "reasoning": reasoning, "cache": {"read": read, "write": write}, **more}


class Message:
    """A message with its parts. `at` is in milliseconds after the session's start."""

    def __init__(self, id, role, at, parts=(), updated=None, **data):
        self.id, self.at = id, at
        self.parts = list(parts)
        self.updated = at if updated is None else updated
        self.data = {"role": role, "time": {"created": START + at}, **data}


def user(id, text="Please go on.", at=0, **data):
    return Message(id, "user", at, [{"type": "text", "text": text}], agent="build",
                   model={"providerID": "anthropic", "modelID": "claude-opus-4-7"}, **data)


def reply(id, used=None, at=1000, ended=500, parts=(), steps=(), parent="msg_user1", **data):
    """An assistant's message; `ended` is when it was completed, None while it goes on."""
    parts = list(parts)
    for step in steps:
        parts.append({"type": "step-start"})
        parts.append({"type": "step-finish", "reason": "tool-calls", "cost": 0.5, "tokens": step})
    message = Message(id, "assistant", at, parts, at + (ended or 0), parentID=parent, providerID="anthropic",
                      modelID="claude-opus-4-7", mode="build", agent="build", path={"cwd": "/home/dev/shop", "root": "/"},
                      cost=0.25, tokens=TOKENS if used is None else used, **data)
    if ended is not None:
        message.data["time"]["completed"] = START + at + ended
        message.data.setdefault("finish", "stop")
    return message


def tool(call="call_1", name="bash", status="completed", input=None, start=100, end=200, metadata=None, **state):
    times = {"start": START + start}
    if end is not None:
        times["end"] = START + end
    if status == "completed":
        state.setdefault("output", "a.txt\n")
    return {"type": "tool", "callID": call, "tool": name,
            "state": {"status": status, "input": {"command": "ls"} if input is None else input,
                      "metadata": metadata or {}, "time": times, **state}}


class Session:
    def __init__(self, *messages, id=SESSION, **facts):
        self.id, self.messages = id, list(messages)
        self.facts = {"directory": "/home/dev/shop", "version": "1.2.3", "parentID": None, **facts}

    def part_id(self, message, index):
        return f"prt_{message.id}_{index:02}"


# ---- generation J


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def write_tree(storage, session):
    for message in session.messages:
        write_message(storage, session, message)
    write_json(storage / "session" / "project1" / f"{session.id}.json",
               {"id": session.id, "projectID": "project1", "title": "A title", **session.facts,
                "time": {"created": START, "updated": START}})


def write_message(storage, session, message):
    write_json(storage / "message" / session.id / f"{message.id}.json",
               {"id": message.id, "sessionID": session.id, **message.data})
    for index, part in enumerate(message.parts):
        part_id = session.part_id(message, index)
        write_json(storage / "part" / message.id / f"{part_id}.json",
                   {"id": part_id, "messageID": message.id, "sessionID": session.id, **part})


# ---- generations S1 and S2

SCHEMA_1 = """
CREATE TABLE session (id text PRIMARY KEY, project_id text, parent_id text, slug text, directory text NOT NULL, title text,
  version text, cost real, tokens_input integer, time_created integer NOT NULL, time_updated integer NOT NULL);
CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL, time_updated integer NOT NULL,
  data text NOT NULL);
CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer NOT NULL,
  time_updated integer NOT NULL, data text NOT NULL);
CREATE INDEX message_session_time_created_id_idx ON message (session_id, time_created, id);
CREATE INDEX part_message_id_id_idx ON part (message_id, id);
"""
SCHEMA_2 = """
CREATE TABLE session_v2 (id text PRIMARY KEY, project_id text, parent_id text, fork_session_id text, directory text, version text,
  agent text, time_created integer, time_updated integer);
CREATE TABLE session_message (id text PRIMARY KEY, session_id text NOT NULL, type text NOT NULL, seq integer NOT NULL,
  time_created integer NOT NULL, time_updated integer NOT NULL, data text NOT NULL);
CREATE UNIQUE INDEX session_message_session_seq_idx ON session_message (session_id, seq);
CREATE TABLE kv (key text PRIMARY KEY, value text);
"""


def open_database(path, *schemas, journal="WAL"):
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    database = sqlite3.connect(path, isolation_level=None, timeout=5)
    database.execute(f"PRAGMA journal_mode = {journal}")
    if is_new:
        for schema in schemas or (SCHEMA_1,):
            database.executescript(schema)
    return database


def put(database, table, **row):
    columns = ", ".join(row)
    database.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def put_message(database, session, message, updated=None):
    updated = START + (message.updated if updated is None else updated)
    put(database, "message", id=message.id, session_id=session.id, time_created=START + message.at, time_updated=updated,
        data=json.dumps(message.data))
    for index, part in enumerate(message.parts):
        put(database, "part", id=session.part_id(message, index), message_id=message.id, session_id=session.id,
            time_created=START + message.at, time_updated=updated, data=json.dumps(part))


def put_session(database, session, table="session", **more):
    put(database, table, id=session.id, parent_id=session.facts["parentID"], directory=session.facts["directory"],
        version=session.facts["version"], time_created=START, time_updated=START, **more)


def write_database(path, session, **options):
    database = open_database(path, **options)
    put_session(database, session)
    for message in session.messages:
        put_message(database, session, message)
    database.close()
    return path


def imported_tool(part):
    state = part["state"]
    kept = {"status": state["status"], "input": state["input"], "metadata": state["metadata"]}
    if "output" in state:
        kept["content"] = [{"type": "text", "text": state["output"]}]
    if "error" in state:
        kept["error"] = {"type": "tool.execution", "message": state["error"]}
    return {"type": "tool", "id": part["callID"], "name": part["tool"], "state": kept,
            "time": {"created": state["time"]["start"], "completed": state["time"].get("end")}}


def imported(message):
    """The type and the data of a message that 2.x imported."""
    data, time = message.data, dict(message.data["time"])
    if data["role"] == "user":
        texts = [part["text"] for part in message.parts if part["type"] == "text"]
        return "user", {"text": "\n\n".join(texts), "time": time}
    content = [imported_tool(part) if part["type"] == "tool" else part
               for part in message.parts if part["type"] in ("text", "reasoning", "tool")]
    kept = {key: data[key] for key in ("agent", "finish", "cost", "error") if key in data}
    used = {key: count for key, count in data["tokens"].items() if key != "total"}
    return "assistant", {**kept, "tokens": used, "content": content, "time": time,
                         "model": {"providerID": data["providerID"], "id": data["modelID"], "variant": "default"}}


def put_entry(database, session, id, type, data, seq, at=0, updated=None):
    put(database, "session_message", id=id, session_id=session.id, type=type, seq=seq, time_created=START + at,
        time_updated=START + (at if updated is None else updated), data=json.dumps(data))


def write_database_2(path, session, **options):
    database = open_database(path, SCHEMA_1, SCHEMA_2, **options)
    put_session(database, session, "session_v2")
    for seq, message in enumerate(session.messages):
        put_entry(database, session, message.id, *imported(message), seq, message.at, message.updated)
    database.close()
    return path
