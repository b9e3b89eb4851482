"""Logs of all agents in which every free text is a canary of its own, so that one that got anywhere says from where.

free(label)   text that must reach nothing while content is off
kept(label)   text that a ledger may hold, and does
"""

import json

import opencode_logs as opencode
from harness import assistant, codex, raw, session_meta, token_count, user

STEM = "cnry"

# All that is stored of what a log says in words.
KEPT = {
    "claude.session": "the session's id",
    "claude.model": "the model",
    "claude.branch": "the branch",
    "claude.cwd": "the working directory",
    "claude.version": "the agent's version",
    "claude.request": "the request's id",
    "claude.message": "the message's id",
    "claude.uuid": "the line's id",
    "claude.parent": "the id of the line before",
    "claude.call": "the id of a tool call",
    "claude.stop": "why the model stopped",
    "claude.tier": "the service tier",
    "claude.read": "the path of a file that was read",
    "claude.edit": "… that was changed",
    "claude.write": "… that was written",
    "claude.multiedit": "… that was changed in several places",
    "claude.notebook": "… of a notebook",
    "claude.tool": "the name of a tool",
    "claude.subagent": "the type of an agent",
    "claude.agent": "the id of an agent",
    "claude.trigger": "what set a compaction off",
    "codex.session": "the session's id",
    "codex.cwd": "the working directory",
    "codex.branch": "the branch",
    "codex.remote": "the repository, without who asks for it",
    "codex.version": "the agent's version",
    "codex.model": "the model",
    "codex.turn": "the id of a turn",
    "codex.call": "the id of a tool call",
    "codex.tool": "the name of a tool",
    "codex.patched": "the path of a file that a patch changes",
    "opencode.session": "the session's id",
    "opencode.directory": "the working directory",
    "opencode.model": "the model",
    "opencode.provider": "its provider",
    "opencode.message": "the message's id",
    "opencode.call": "the id of a tool call",
    "opencode.tool": "the name of a tool",
    "opencode.read": "the path of a file that was read",
    "opencode.subagent": "the type of an agent",
}


def free(label):
    return f"{STEM}_free.{label}_"


def kept(label):
    assert label in KEPT, label
    return f"{STEM}_kept.{label}_"


def every_text(label):
    """A structure of which every key and value is a canary."""
    text = free(label)
    return {text: text, "nested": {text: [text, {text: text}]}}


# ---- Claude Code

CLAUDE = {"session": kept("claude.session"), "cwd": "/home/" + kept("claude.cwd"), "gitBranch": kept("claude.branch"),
          "version": kept("claude.version"), "parentUuid": kept("claude.parent")}


def claude_tool(number, name, **input):
    return {"type": "tool_use", "id": f"{kept('claude.call')}{number}", "name": name, "input": input}


def claude_calls():
    path = "/home/dev/"
    uses = [
        ("Bash", dict(command="npm test -- " + free("claude.command"), description=free("claude.description"))),
        ("BashOutput", dict(bash_id=free("claude.shell"), filter=free("claude.filter"))),
        ("Read", dict(file_path=path + kept("claude.read"), note=free("claude.read"))),
        ("Edit", dict(file_path=path + kept("claude.edit"), old_string=free("claude.old"), new_string=free("claude.new"))),
        ("Write", dict(file_path=path + kept("claude.write"), content=free("claude.written"))),
        ("MultiEdit", dict(file_path=path + kept("claude.multiedit"), edits=[{"old_string": free("claude.multi")}])),
        ("NotebookEdit", dict(notebook_path=path + kept("claude.notebook"), new_source=free("claude.cell"))),
        ("Grep", dict(pattern=free("claude.pattern"), path=free("claude.grep"), glob=free("claude.glob"))),
        ("Glob", dict(pattern=free("claude.globbed"))),
        ("LS", dict(path=free("claude.ls"))),
        ("WebFetch", dict(url="https://example.com/" + free("claude.url"), prompt=free("claude.question"))),
        ("WebSearch", dict(query=free("claude.query"), allowed_domains=[free("claude.domain")])),
        ("Task", dict(description=free("claude.task"), prompt=free("claude.taskprompt"),
                      subagent_type=kept("claude.subagent"))),
        ("TodoWrite", dict(todos=[{"content": free("claude.todo"), "status": free("claude.todostatus")}])),
        ("Skill", dict(command=free("claude.skill"), args=free("claude.skillargs"))),
        ("SlashCommand", dict(command="/" + free("claude.slash"))),
        ("ExitPlanMode", dict(plan=free("claude.plan"))),
        ("mcp__" + kept("claude.tool"), every_text("claude.mcp") | {"file_path": free("claude.mcppath")}),
    ]
    return [claude_tool(number, name, **input) for number, (name, input) in enumerate(uses)]


def claude_results(count):
    contents = [free("claude.result"), [{"type": "text", "text": free("claude.resultblock")}],
                [{"type": "image", "source": {"type": "base64", "data": free("claude.image")}}], every_text("claude.odd")]
    return [{"type": "tool_result", "tool_use_id": f"{kept('claude.call')}{number}", "is_error": number % 2 == 1,
             "content": contents[number % len(contents)]} for number in range(count)]


def claude_progress(kind, **data):
    return {"type": "progress", "sessionId": CLAUDE["session"], "parentToolUseID": kept("claude.call") + "0",
            "timestamp": "2026-03-02T10:00:03Z", "cwd": CLAUDE["cwd"], "uuid": kept("claude.uuid") + kind,
            "data": {"type": kind, **data}}


def claude_system(subtype, **more):
    return {"type": "system", "subtype": subtype, "sessionId": CLAUDE["session"], "uuid": kept("claude.uuid") + subtype,
            "timestamp": "2026-03-02T10:00:04Z", "content": free("claude.system." + subtype), **more}


def claude_lines():
    calls = claude_calls()
    session = {"sessionId": CLAUDE["session"]}
    reply = dict(CLAUDE, model=kept("claude.model"), requestId=kept("claude.request"), uuid=kept("claude.uuid"),
                 usage={"service_tier": kept("claude.tier")}, message={"stop_reason": kept("claude.stop")})
    said = [{"type": "text", "text": free("claude.reply")},
            {"type": "thinking", "thinking": free("claude.thinking"), "signature": free("claude.signature")},
            {"type": "redacted_thinking", "data": free("claude.redacted")},
            {"type": "server_tool_use", "id": free("claude.server"), "name": "web_search", "input": every_text("claude.search")}]
    return [
        {"type": "summary", "summary": free("claude.summary"), "leafUuid": free("claude.leaf")},
        {"type": "custom-title", "customTitle": free("claude.title"), **session},
        {"type": "ai-title", "title": free("claude.aititle"), **session},
        {"type": "agent-name", "agentName": free("claude.agentname"), **session},
        {"type": "last-prompt", "lastPrompt": free("claude.lastprompt"), **session},
        {"type": "pr-link", "prUrl": free("claude.pr"), "prRepository": free("claude.prrepo"), **session},
        {"type": "queue-operation", "operation": "enqueue", "content": free("claude.queued"), **session},
        {"type": "attachment", "attachment": every_text("claude.attachment"), **session},
        {"type": "file-history-snapshot", "snapshot": {"trackedFileBackups": every_text("claude.backup")}},
        {"type": free("claude.type"), **every_text("claude.unknown"), **session},
        user(free("claude.prompt"), **CLAUDE),
        user([{"type": "text", "text": free("claude.promptblock")},
              {"type": "image", "source": {"type": "base64", "data": free("claude.pasted")}},
              {"type": "document", "title": free("claude.document")}], uuid="u-2", **CLAUDE),
        user(f"<command-name>/{free('claude.name')}</command-name><command-args>{free('claude.args')}</command-args>",
             uuid="u-3", **CLAUDE),
        user(f"<local-command-stdout>{free('claude.stdout')}</local-command-stdout>", uuid="u-4", isMeta=True, **CLAUDE),
        user(f"/resume {free('claude.resumed')} now", uuid="u-5", **CLAUDE),
        user(free("claude.compact"), uuid="u-6", isCompactSummary=True, **CLAUDE),
        user([{"type": "text", "text": free("claude.notice")}], uuid="u-7", origin={"kind": "task-notification"}, **CLAUDE),
        assistant(kept("claude.message"), 40, content=said + calls, **reply),
        user(claude_results(len(calls)), uuid="u-8", **CLAUDE,
             toolUseResult={"stdout": free("claude.out"), "stderr": free("claude.err"), "agentId": kept("claude.agent"),
                            "file": {"filePath": free("claude.file"), "content": free("claude.filetext")},
                            "structuredPatch": [{"lines": [free("claude.patch")]}]}),
        user(claude_results(1), uuid="u-9", **CLAUDE, toolUseResult=free("claude.error")),
        assistant("msg_api", 0, model="<synthetic>", content=[{"type": "text", "text": free("claude.apierror")}],
                  isApiErrorMessage=True, error=free("claude.apikind"), **CLAUDE),
        # Numbers and times that are none.
        assistant("msg_odd", 5, usage={"input_tokens": free("claude.number"), "cache_read_input_tokens": every_text("claude.cache"),
                                       free("claude.usage"): free("claude.usage")}, **{**CLAUDE, "ts": free("claude.ts")}),
        assistant("msg_tool", 5, content=[{"type": "tool_use", "id": "toolu_1", "name": "Read", "input": free("claude.input")},
                                          {"type": free("claude.block"), free("claude.block"): 1}], **CLAUDE),
        claude_progress("agent_progress", agentId=kept("claude.agent"), prompt=free("claude.agentprompt"),
                        message=assistant("msg_agent", 7, content=[{"type": "text", "text": free("claude.agentreply")}])),
        claude_progress("agent_progress", agentId=kept("claude.agent"), message=user(free("claude.agentuser"))),
        claude_progress("bash_progress", output=free("claude.bashout"), fullOutput=free("claude.bashfull")),
        claude_progress("hook_progress", command=free("claude.hook"), hookName=free("claude.hookname")),
        claude_progress("mcp_progress", serverName=free("claude.mcpserver"), progressMessage=free("claude.mcpprogress")),
        claude_progress("query_update", query=free("claude.update")),
        claude_system("local_command"),
        claude_system("informational", level=free("claude.level")),
        claude_system("api_error", error=every_text("claude.system.error"), cause=every_text("claude.cause")),
        claude_system("stop_hook_summary", hookInfos=[{"command": free("claude.stophook")}]),
        claude_system("compact_boundary", compactMetadata={"trigger": kept("claude.trigger"), "preTokens": 10,
                                                           "note": free("claude.metadata")}),
        claude_system("agent", parentToolUseID=kept("claude.call") + "1", agentId=kept("claude.agent"),
                      status=free("claude.status"), output=free("claude.output"), result=every_text("claude.notified")),
        # Lines that are rejected, as a whole or in part.
        free("claude.noobject"),
        '{"type":"user","message":{"content":"' + free("claude.broken"),
        raw(user(free("claude.before"), uuid="u-10", **CLAUDE)).decode() + free("claude.behind"),
        '{"type":"user",' + free("claude.nokey") + ":1}",
        user("x", **{**CLAUDE, "session": free("claude.longsession") * 40}),
    ]


# ---- Codex

def item(type, **more):
    return codex("response_item", type=type, **more)


def event(type, **more):
    return codex("event_msg", type=type, **more)


def texts(role, *labels):
    return item("message", role=role, content=[{"type": "input_text", "text": free(label)} for label in labels])


def codex_call(number, name, arguments):
    return item("function_call", name=name, call_id=f"{kept('codex.call')}{number}", arguments=json.dumps(arguments))


def codex_output(number, output):
    return item("function_call_output", call_id=f"{kept('codex.call')}{number}", output=output)


def codex_lines():
    patch = f"*** Begin Patch\n*** Update File: {kept('codex.patched')}\n@@\n-{free('codex.removed')}\n+{free('codex.added')}\n"
    remote = f"https://{free('codex.user')}:{free('codex.password')}@github.com/dev/{kept('codex.remote')}.git"
    return [
        codex("session_meta", id=kept("codex.session"), cwd="/home/" + kept("codex.cwd"), cli_version=kept("codex.version"),
              source="cli", originator=free("codex.originator"), instructions=free("codex.instructions"),
              base_instructions={"text": free("codex.base")},
              git={"branch": kept("codex.branch"), "commit_hash": free("codex.commit"), "repository_url": remote}),
        codex("turn_context", turn_id=kept("codex.turn"), cwd="/home/" + kept("codex.cwd"), model=kept("codex.model"),
              user_instructions=free("codex.userinstructions"), developer_instructions=free("codex.developer"),
              approval_policy=free("codex.approval"), sandbox_policy=every_text("codex.sandbox"), summary=free("codex.style")),
        texts("developer", "codex.devmessage"),
        texts("user", "codex.prompt", "codex.prompt2"),
        event("user_message", message=free("codex.usermessage"), images=[free("codex.image")]),
        item("reasoning", summary=[{"type": "summary_text", "text": free("codex.reasoning")}],
             content=[{"type": "reasoning_text", "text": free("codex.thought")}], encrypted_content=free("codex.encrypted")),
        event("agent_reasoning", text=free("codex.agentreasoning")),
        texts("assistant", "codex.reply"),
        event("agent_message", message=free("codex.agentmessage")),
        codex_call(0, "shell", {"command": ["bash", "-lc", "git commit -m " + free("codex.command")],
                                "workdir": free("codex.workdir"), "justification": free("codex.why")}),
        codex_call(1, "exec_command", {"cmd": free("codex.cmd")}),
        codex_call(2, kept("codex.tool"), every_text("codex.mcp") | {"path": free("codex.path")}),
        codex_call(3, "update_plan", {"plan": [{"step": free("codex.step")}], "explanation": free("codex.explanation")}),
        item("function_call", name="shell", call_id="c-4", arguments=free("codex.noobject")),
        item("custom_tool_call", name="apply_patch", call_id="c-5", status="completed", input=patch),
        item("local_shell_call", call_id="c-6", status="completed", action={"type": "exec", "command": [free("codex.local")]}),
        item("web_search_call", id="c-7", action={"type": "search", "query": free("codex.query"), "url": free("codex.url")}),
        codex_call(8, "spawn_agent", {"message": free("codex.spawn"), "agent_type": "worker"}),
        token_count((30, 10, 9, 2)),
        codex_output(0, json.dumps({"output": free("codex.output"), "metadata": every_text("codex.metadata")})),
        codex_output(1, "Exit code: 1\nOutput:\n" + free("codex.failed")),
        codex_output(2, [{"type": "input_text", "text": free("codex.outputitem")}]),
        codex_output(3, every_text("codex.outputobject")),
        codex_output(8, json.dumps({"nickname": free("codex.nickname"), "message": free("codex.spawned")})),
        item("custom_tool_call_output", call_id="c-5", output="apply_patch verification failed: " + free("codex.verification")),
        event("exec_command_begin", call_id="c-6", command=[free("codex.begin")], parsed_cmd=[every_text("codex.parsed")]),
        event("exec_command_end", call_id="c-6", exit_code=1, stdout=free("codex.stdout"), stderr=free("codex.stderr"),
              aggregated_output=free("codex.aggregated")),
        event("patch_apply_end", call_id="c-5", success=False, stderr=free("codex.patcherr"), changes=every_text("codex.changes")),
        event("mcp_tool_call_end", call_id="c-9", invocation=every_text("codex.invocation"),
              result={"Err": free("codex.mcperror")}),
        event("item_completed", item={"id": "i-1", "status": "failed", "text": free("codex.item")}),
        event("error", message=free("codex.error"), codex_error_info=every_text("codex.errorinfo")),
        event("turn_aborted", reason=free("codex.reason")),
        event("task_complete", turn_id=kept("codex.turn"), last_agent_message=free("codex.last")),
        event("thread_name_updated", thread_name=free("codex.threadname")),
        event("token_count", info={"total_token_usage": {"input_tokens": free("codex.number")}, "last_token_usage": None},
              rate_limits=every_text("codex.limits")),
        codex("compacted", message=free("codex.compacted"), replacement_history=[every_text("codex.history")]),
        codex("ghost_snapshot", ghost_commit=every_text("codex.ghost")),
        codex(free("codex.type"), **every_text("codex.unknown")),
        texts("user", "codex.prompt3") | {"timestamp": free("codex.ts")},
        # Still waiting for its response where the log ends: it lies in the state of the cursor.
        codex_call(10, "shell", {"command": ["cargo", "test", free("codex.waiting")]}),
        free("codex.notanobject"),
        '{"type":"response_item","payload":{"text":"' + free("codex.broken"),
    ]


# ---- OpenCode

def opencode_session(generation):
    ids = dict(id=f"{kept('opencode.session')}{generation}", directory="/home/" + kept("opencode.directory"))
    parts = [
        {"type": "text", "text": free("opencode.reply")},
        {"type": "reasoning", "text": free("opencode.reasoning"), "metadata": every_text("opencode.signature")},
        {"type": "file", "filename": free("opencode.filename"), "url": free("opencode.url")},
        {"type": "snapshot", "snapshot": free("opencode.snapshot")},
        {"type": "patch", "hash": free("opencode.hash"), "files": [free("opencode.patched")]},
        {"type": "subtask", "prompt": free("opencode.subtask"), "description": free("opencode.subdescription")},
        {"type": "retry", "error": every_text("opencode.retry")},
    ]
    tools = [
        ("bash", dict(input={"command": "git push " + free("opencode.command"), "description": free("opencode.description")},
                      output=free("opencode.output"), title=free("opencode.title"), metadata=every_text("opencode.metadata"))),
        ("read", dict(input={"filePath": "/home/dev/" + kept("opencode.read")}, output=free("opencode.file"))),
        ("edit", dict(input={"filePath": "/home/dev/" + kept("opencode.read"), "oldString": free("opencode.old"),
                             "newString": free("opencode.new")}, status="error", error=free("opencode.error"))),
        ("webfetch", dict(input={"url": free("opencode.fetched")})),
        ("grep", dict(input={"pattern": free("opencode.pattern"), "path": free("opencode.grep")})),
        ("task", dict(input={"description": free("opencode.task"), "prompt": free("opencode.taskprompt"),
                             "subagent_type": kept("opencode.subagent")},
                      metadata={"sessionId": f"ses_child{generation}", "summary": every_text("opencode.child")})),
        (kept("opencode.tool"), dict(input=every_text("opencode.input"))),
    ]
    parts += [opencode.tool(f"{kept('opencode.call')}{number}", name, **state) for number, (name, state) in enumerate(tools)]
    asked = opencode.user(f"msg_user{generation}", free("opencode.prompt"), system=free("opencode.system"),
                          summary={"title": free("opencode.summary"), "diffs": [every_text("opencode.diff")]})
    answer = opencode.reply(f"{kept('opencode.message')}{generation}", parts=parts)
    answer.data.update(modelID=kept("opencode.model"), providerID=kept("opencode.provider"), system=[free("opencode.systems")],
                       mode=free("opencode.mode"))
    failed = opencode.reply(f"msg_failed{generation}", at=4000, parts=[{"type": "text", "text": free("opencode.half")}])
    failed.data["error"] = {"name": free("opencode.errorname"), "data": every_text("opencode.errordata")}
    odd = opencode.reply(f"msg_odd{generation}", at=5000)
    odd.data["tokens"] = {"input": free("opencode.number"), "output": 3}
    odd.data["cost"] = free("opencode.cost")
    return opencode.Session(asked, answer, failed, odd, **ids)


def write_opencode(folder):
    """All generations, each with its own sessions; broken things beside them."""
    tree = folder / "storage"
    opencode.write_tree(tree, opencode_session("j"))
    broken = tree / "message" / f"{kept('opencode.session')}j" / "msg_broken.json"
    broken.write_text('{"role":"assistant","text":"' + free("opencode.broken"))
    opencode.write_database(folder / "opencode.db", opencode_session("a"))
    database = opencode.open_database(folder / "opencode.db")
    opencode.put(database, "part", id="prt_broken", message_id=f"{kept('opencode.message')}a", session_id="ses_x",
                 time_created=opencode.START, time_updated=opencode.START, data='{"type":"text","text":"' + free("opencode.brokenrow"))
    database.close()
    opencode.write_database_2(folder / "opencode-next.db", opencode_session("b"))
