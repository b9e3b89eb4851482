#!/usr/bin/env python3
"""What each command prints as JSON is what the schemas in apps/schemas/ say, and no field is missing there."""

import json
import sys

from harness import DONE_IN_PART, FAILED, NO_PLUGIN, NO_STORE, NOWHERE, REPOSITORY, SKIPPED, CliTest, assistant, main, user

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMAS = {path.name.split(".")[0]: json.loads(path.read_text()) for path in (REPOSITORY / "apps/schemas").glob("*.schema.json")}


def closed(schema):
    """The schema with no field allowed but those that it names: in print it leaves room for later versions."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return inner


class Schemas(CliTest):
    def setUp(self):
        super().setUp()
        tools = [{"type": "tool_use", "id": "toolu_1", "name": "Task", "input": {"subagent_type": "explorer", "prompt": "go"}}]
        result = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}]
        self.write_log("a.jsonl", user("Go on"), assistant(content=tools), user(result, uuid="u-2"), "junk",
                       assistant("msg_2", 1, model="own", ts=None, isSidechain=True, agentId="a1"), assistant("msg_3", 5, session="s-3"),
                       {"type": "cost-state", "sessionId": "s-1", "totalCostUSD": 1.5, "modelUsage": {}},
                       {"type": "system", "subtype": "compact_boundary", "sessionId": "s-1", "uuid": "u-3",
                        "timestamp": "2026-03-02T11:00:00Z", "compactMetadata": {"trigger": "auto", "preTokens": 9}})
        self.content = self.environment(RELAYBURN_CONTENT_STORE="full")

    def check(self, name, document):
        schema = SCHEMAS[name]
        validator = jsonschema.Draft202012Validator
        validator.check_schema(schema)
        validator(schema).validate(document)
        validator(closed(schema)).validate(document)

    def printed(self, *arguments, **options):
        return self.run_program(*arguments, "--json", **options).json

    def test_ingest(self):
        self.check("ingest", self.printed("ingest", "--dry-run", "--path", self.logs))
        summary = self.printed("ingest", "--path", self.logs, env=self.content)
        self.assertTrue(summary["issues"])
        self.check("ingest", summary)

    def test_analyze(self):
        self.check("analyze", self.printed("analyze"))
        self.printed("ingest", "--path", self.logs)
        self.run_program("stamp", "--session", "s-1", "team=red")
        for arguments in ([], ["--by", "day,tag:team", "--by", "tool", "--by", "hour", "--top", "1"], ["--model", "own"],
                          ["--since", "2026-01-01", "--until", "2026-12-31T12:00:00.5Z", "--tag", "team=red", "--source", "claude"],
                          ["--since", "2026-03-02", "--compare", "previous", "--audit", "--budget", "500/month", "--by", "model,day"]):
            self.check("analyze", self.printed("analyze", *arguments))

    def test_status_hosts_plugins_and_config(self):
        for name in ("status", "hosts", "plugins", "config"):
            self.check(name, self.printed(name))
        self.printed("ingest", "--path", self.logs)
        for name in ("status", "hosts", "plugins", "config"):
            self.check(name, self.printed(name))
        self.run_program("ingest", env=self.environment(**NOWHERE), expect=NO_STORE)
        status = self.printed("status")
        self.assertTrue(status["lastError"])
        self.check("status", status)
        away = self.environment(RELAYBURN_PLUGIN_PATH=str(self.root))
        self.check("status", self.printed("status", env=away, expect=NO_PLUGIN))
        self.check("plugins", self.printed("plugins", env=away))

    def test_prices(self):
        self.check("prices", self.printed("prices"))
        self.check("prices", self.printed("prices", "claude-opus-4-7"))

    def learn_prices(self):
        source = self.root / "list.json"
        source.write_text(json.dumps({"snapshot": "2026-11-28", "providers": {"acme": {
            "m": [{"input": 1, "output": 2}, {"from": "2026-11-28", "input": 3, "output": 4}], "n": [{"input": -1, "output": 2}]}}}))
        return self.printed("prices", "update", "--force", "--from", source, expect=DONE_IN_PART)

    def test_prices_update(self):
        update = self.learn_prices()
        self.assertTrue(update["changes"] and update["refused"])
        self.check("prices-update", update)

    def test_copy(self):
        self.printed("ingest", "--path", self.logs)
        self.check("copy", self.printed("copy", "--from", self.storage, "--to", f"file:{self.root}/copied"))

    def test_forget(self):
        self.printed("ingest", "--path", self.logs)
        for arguments in (["--dry-run"], []):
            self.check("forget", self.printed("forget", "--session", "s-1", *arguments))

    def test_check(self):
        self.printed("ingest", "--path", self.logs)
        self.write_log("b.jsonl", assistant("msg_9", session="s-9", ts="2299-01-01T00:00:00Z"))
        self.printed("ingest", "--path", self.logs)
        for arguments in ([], ["--repair"]):
            report = self.printed("check", *arguments, expect=FAILED)
            self.assertTrue(report["findings"])
            self.check("check", report)

    def test_stamp_prune_and_migrate(self):
        for is_new in (True, False):
            stamped = self.printed("stamp", "--session", "s-1", "team=red", "--ts", "2026-03-01T00:00:00Z")
            self.check("stamp", stamped)
            self.assertEqual(stamped["isNew"], is_new)
        for arguments in ([], ["--dry-run"]):
            self.check("prune", self.printed("prune", "--older-than", "90d", *arguments))
        self.check("migrate", self.printed("migrate"))
        self.check("migrate-check", self.printed("migrate", "--check"))

    def test_errors(self):
        cases = {("analyze", "--by", "colour"): "usage", ("no-such-command",): "usage", ("hosts", "retire", "nobody"): "not-found",
                 ("analyze", "--storage", "none"): "plugin-missing"}
        for arguments, code in cases.items():
            result = self.run_program(*arguments, "--json", expect=None)
            error = json.loads(result.out)
            self.check("error", error)
            self.assertEqual((error["error"]["code"], error["error"]["exitCode"]), (code, result.status), error)
            self.assertIn(error["error"]["message"], result.err.decode())
        self.assertEqual(self.run_program("analyze", "--by", "colour", expect=None).out, b"")

    def test_export(self):
        self.printed("ingest", "--path", self.logs, env=self.content)
        self.run_program("forget", "--session", "s-3", "--project", "/home/dev/other")
        self.run_program("stamp", "--from", "2026-03-01", "--to", "2026-03-09", "team=red")
        self.learn_prices()
        lines = self.run_program("export", "--content").out.splitlines()
        for line in lines:
            self.check("export", json.loads(line))
        self.assertEqual({json.loads(line)["kind"] for line in lines},
                         {kind["properties"]["kind"]["const"] for kind in SCHEMAS["export"]["oneOf"]})

    def test_what_is_no_such_document_is_refused(self):
        report = self.printed("analyze")
        for key in report:
            broken = {name: value for name, value in report.items() if name != key}
            self.assertRaises(jsonschema.ValidationError, self.check, "analyze", broken)
        self.assertRaises(jsonschema.ValidationError, self.check, "analyze", {**report, "since": "yesterday"})
        self.assertRaises(jsonschema.ValidationError, self.check, "analyze", {**report, "unheard": 1})


if __name__ == "__main__":
    if not jsonschema:
        print("python3-jsonschema is not installed")
        sys.exit(SKIPPED)
    main()
