#!/usr/bin/env python3
"""`prices update` and `prices_update`: what is learned, from whom, and what goes wrong on the way."""

import copy
import datetime
import json
import time
import unittest
from decimal import Decimal

from harness import DONE, DONE_IN_PART, FAILED, NO_STORE, WRONG_USAGE, ClaudeTest, CliTest, assistant, main
from price_lists import TODAY, PriceServer, litellm, make_certificate, models_dev

MODEL = "claude-opus-4-7"
YESTERDAY = (datetime.date.fromisoformat(TODAY) - datetime.timedelta(days=1)).isoformat()


class Update(CliTest):
    def setUp(self):
        super().setUp()
        self.list = models_dev(self.run_program("prices", "--json").json)
        self.file = self.root / "list.json"

    def cost(self, model=MODEL, provider="anthropic"):
        return self.list[provider]["models"][model]["cost"]

    def update(self, *arguments, expect=DONE, source=None, prices=None, env=None):
        if source is None:
            self.file.write_text(json.dumps(self.list if prices is None else prices))
            source = self.file
        return self.run_program("prices", "update", "--from", source, *arguments, expect=expect, env=env)

    def changes(self, *arguments, **options):
        """Of each model that changes: the date, what held, what holds."""
        changes = self.update("--json", *arguments, **options).json["changes"]
        return {change["model"]: (change["from"], change["old"], change["new"]) for change in changes}

    def prices(self, **options):
        return self.export("price", **options)


class Learning(Update):
    def test_a_current_list_changes_nothing(self):
        for prices in (self.list, litellm(self.list)):
            self.assertEqual(self.changes("--check", prices=prices), {})
            self.assertIn("prices are current", self.update(prices=prices).text)
        self.assertEqual(self.prices(), [])

    def test_what_changed_is_stored_once_and_dated_today(self):
        self.cost()["output"] = 20
        self.list["anthropic"]["models"]["claude-new"] = {"release_date": YESTERDAY, "cost": {"input": 1, "output": 2}}
        self.assertEqual(set(self.changes("--check", expect=FAILED)), {MODEL, "claude-new"})
        self.assertEqual(self.prices(), [])
        update = self.update("--json").json
        self.assertEqual((update["list"], update["written"], update["refused"]), ("models.dev", True, []))
        records = {record["model"]: record for record in self.prices()}
        self.assertEqual({name: record["fromDate"] for name, record in records.items()}, {MODEL: TODAY, "claude-new": YESTERDAY})
        self.assertEqual(json.loads(records["claude-new"]["rates"]), {"input": 1, "output": 2})
        rates = json.loads(records[MODEL]["rates"])
        self.assertEqual((rates["input"], rates["output"], "multipliers" in rates), (5, 20, True))
        self.assertEqual(records[MODEL]["origin"], "models.dev")
        digest = self.digest()
        self.assertIn("prices are current", self.update("--check").text)
        self.update()
        self.assertEqual(self.digest(), digest)

    def test_each_form_of_list_teaches_the_same(self):
        self.cost()["output"] = 20
        own = {"snapshot": TODAY, "providers": {"anthropic": {MODEL: [{"from": TODAY, "input": 5, "output": 20}]}}}
        changed = [self.changes("--check", expect=FAILED, prices=prices)[MODEL] for prices in (self.list, litellm(self.list))]
        self.assertEqual(changed[0], changed[1])
        self.assertEqual(self.changes("--check", "--force", expect=FAILED, prices=own)[MODEL][2], {"input": 5, "output": 20})

    def test_two_hosts_that_learn_the_same_write_equal_records(self):
        self.cost()["output"] = 20
        self.update()
        other = self.environment(RELAYBURN_HOME=str(self.root / "other"), RELAYBURN_HOST_LABEL="other@host")
        self.update(env=other)
        self.assertEqual(self.prices(env=other), self.prices())
        self.assertEqual(self.digest(env=other), self.digest())

    def test_the_order_of_prices_does_not_matter(self):
        homes = [self.environment(RELAYBURN_HOME=str(self.root / name)) for name in ("one", "two")]
        lists = []
        for output in (20, 21, 22):
            self.cost()["output"] = output
            lists.append(copy.deepcopy(self.list))
        for home, order in zip(homes, (lists, lists[::-1])):
            for prices in order:
                self.update(prices=prices, env=home)
        self.assertEqual(len(self.prices(env=homes[0])), 1)
        self.assertEqual(self.digest(env=homes[0]), self.digest(env=homes[1]))

    def test_a_copy_takes_prices_along(self):
        self.cost()["output"] = 20
        self.update()
        self.run_program("copy", "--from", self.storage, "--to", f"file:{self.root}/copied")
        copied = self.environment(RELAYBURN_STORAGE="file", RELAYBURN_FILE_DIR=str(self.root / "copied"))
        self.assertEqual(self.prices(env=copied), self.prices())

    def test_nonsense_is_refused_by_name_and_the_rest_is_stored(self):
        self.cost()["output"] = 20
        self.cost("claude-opus-4-5")["input"] = -1
        self.cost("claude-sonnet-4-6")["input"] = "NaN"
        self.cost("claude-haiku-4-5")["input"] *= 1000
        update = self.update("--json", expect=DONE_IN_PART).json
        self.assertEqual({refused["model"] for refused in update["refused"]},
                         {"claude-opus-4-5", "claude-sonnet-4-6", "claude-haiku-4-5"})
        self.assertEqual({record["model"] for record in self.prices()}, {MODEL})
        text = self.update("--check", expect=DONE_IN_PART).text
        self.assertIn("refused: anthropic/claude-opus-4-5: input is negative: -1", text)
        self.assertEqual(set(self.changes("--force", expect=DONE_IN_PART)), {"claude-haiku-4-5"})

    def test_for_people(self):
        self.cost()["output"] = 20
        text = self.update().text
        self.assertIn(f"anthropic/{MODEL}, from {TODAY} on\n", text)
        self.assertRegex(text, r"\n  output +25 -> 20\n")
        self.assertRegex(text, r"1 changed, 0 refused, [\d,]+ as they were: ")
        self.assertEqual(self.run_program("--quiet", "prices", "update", "--from", self.file).out, b"")

    def test_prices_json_of_the_host_is_left_out(self):
        self.ledger_home.mkdir(exist_ok=True)
        (self.ledger_home / "prices.json").write_text(
            json.dumps({"providers": {"anthropic": {MODEL: [{"input": 1, "output": 1}]}}}))
        self.assertEqual(self.changes("--check"), {})


class BadLists(Update):
    needs_every_backend = False

    def refuse(self, status, *words, **options):
        result = self.update(expect=status, **options)
        self.assertEqual(result.out, b"")
        for word in words:
            self.assertIn(word, result.err.decode())
        self.assertFalse(self.ledger_home.exists())

    def test_a_file_that_is_no_list_is_wrong_usage(self):
        for text, problem in (("", "not valid JSON"), ("<html>", "not valid JSON"), ("{}", "no list of prices"),
                              (json.dumps(self.list)[:-9], "not valid JSON"), ('{"a": NaN}', "not valid JSON")):
            self.file.write_text(text)
            self.refuse(WRONG_USAGE, problem, str(self.file), source=self.file)
        for path in (self.root / "missing", self.root, "/dev/zero"):
            self.refuse(WRONG_USAGE, str(path), source=path)

    def test_a_list_that_lacks_most_models_needs_force(self):
        del self.list["openai"], self.list["google"], self.list["alibaba"], self.list["xai"]
        result = self.update(expect=WRONG_USAGE)
        self.assertRegex(result.err.decode(), r"has only \d+ of \d+ models that are known .*--force")
        self.assertEqual(self.prices(), [])
        self.update("--force")

    def test_only_https_and_no_secret_is_shown(self):
        for url in ("http://127.0.0.1/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "HTTP://127.0.0.1/a"):
            self.refuse(WRONG_USAGE, "only https", source=url)
        self.refuse(NO_STORE, "https://127.0.0.1:1/a", source="https://user:secret@127.0.0.1:1/a?key=secret")
        shown = self.update(expect=NO_STORE, source="https://user:secret@127.0.0.1:1/a?key=secret#secret")
        self.assertNotIn(b"secret", shown.err)
        config = self.run_program("config", env=self.environment(RELAYBURN_PRICES_SOURCE="https://u:secret@host/a?k=secret"))
        self.assertNotIn(b"secret", config.out)


class FromServer(Update):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        self.server = PriceServer(self.root, self.list)
        self.addCleanup(self.server.close)
        self.trusting = self.environment(CURL_CA_BUNDLE=str(self.server.certificate))
        self.cost()["output"] = 20

    def fetch(self, path="api.json", *arguments, expect=DONE, env=None):
        return self.update(*arguments, expect=expect, source=self.server.url(path), env=env or self.trusting)

    def fail_with(self, path, *words):
        result = self.fetch(path, expect=NO_STORE)
        self.assertEqual(result.out, b"")
        for word in words:
            self.assertIn(word, result.err.decode())
        self.assertFalse(self.ledger_home.exists())

    def test_good(self):
        self.assertIn("1 changed", self.fetch().text)
        self.assertEqual([record["model"] for record in self.prices()], [MODEL])
        other = self.environment(SSL_CERT_FILE=str(self.server.certificate))
        self.assertIn("prices are current", self.fetch("moved", env=other).text)

    def test_a_certificate_that_nobody_vouches_for(self):
        folder = self.root / "others"
        folder.mkdir()
        wrong, _ = make_certificate(folder)
        for env in (self.environment(), self.environment(CURL_CA_BUNDLE=str(wrong))):
            self.assertIn(b"certificate", self.fetch(expect=NO_STORE, env=env).err)
        self.assertIn(b"cannot fetch", self.fetch(expect=NO_STORE, env=self.environment(CURL_CA_BUNDLE="/nowhere")).err)
        self.assertEqual(self.server.requests, [])

    def test_what_the_server_does_wrong(self):
        self.fail_with("error", "the server answers 500")
        self.fail_with("html", "not valid JSON")
        self.fail_with("other", "no list of prices")
        self.fail_with("cut", "cannot fetch")
        self.fail_with("round", "cannot fetch")
        self.fail_with("huge", "longer than 64 MiB")
        self.fail_with("endless", "longer than 64 MiB")

    def test_no_redirect_leaves_https(self):
        self.fail_with("to-http", "cannot fetch")
        self.assertEqual(self.server.plain_requests, [])

    def test_a_slow_server_is_left_after_ten_seconds(self):
        begin = time.monotonic()
        running = [self.start("prices", "update", "--from", self.server.url(path), env=self.trusting) for path in ("silent", "drip")]
        for process in running:
            _, err = process.communicate(timeout=50)
            self.assertEqual(process.returncode, NO_STORE, err)
        self.assertLess(time.monotonic() - begin, 45)
        self.assertFalse(self.ledger_home.exists())

    def test_a_query_is_asked_for_and_not_shown(self):
        result = self.fetch("api.json?key=secret")
        self.assertEqual(self.server.requests, ["/api.json?key=secret"])
        self.assertNotIn(b"secret", result.out + result.err)


class Automatic(ClaudeTest):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        prices = models_dev(self.run_program("prices", "--json").json)
        prices["anthropic"]["models"][MODEL]["cost"]["output"] = 20
        self.server = PriceServer(self.root, prices)
        self.addCleanup(self.server.close)

    def configured(self, path="api.json", **more):
        return self.environment(RELAYBURN_PRICES_UPDATE="7d", RELAYBURN_PRICES_SOURCE=self.server.url(path),
                                CURL_CA_BUNDLE=str(self.server.certificate), **more)

    def ingested(self, *arguments, **options):
        return self.run_program("ingest", *arguments, **options).err.decode()

    def test_never_by_itself(self):
        env = self.configured()
        del env["RELAYBURN_PRICES_UPDATE"]
        self.ingested(env=env)
        self.ingested(env={**env, "RELAYBURN_PRICES_UPDATE": "off"})
        self.ingested("--dry-run", env=self.configured())
        (self.root / "payload").write_text(json.dumps({"transcript_path": str(self.log)}))
        with open(self.root / "payload", "rb") as stdin:
            self.ingested("--hook", "claude", env=self.configured(), stdin=stdin)
        self.assertEqual(self.server.requests, [])

    def test_once_in_that_time_over_all_hosts_of_a_ledger(self):
        self.assertEqual(self.ingested(env=self.configured()), "")
        self.assertEqual([record["model"] for record in self.export("price")], [MODEL])
        shared = {"RELAYBURN_SQLITE_PATH": str(self.ledger_home / "burn.sqlite"), "RELAYBURN_FILE_DIR": str(self.ledger_home / "ledger"),
                  "RELAYBURN_DATABASE_SCHEMA": self.environment().get("RELAYBURN_DATABASE_SCHEMA")}
        other = self.configured(RELAYBURN_HOME=str(self.root / "other"), **shared)
        for env in (self.configured(), other):
            self.ingested(env=env)
        self.assertEqual(self.server.requests, ["/api.json"])

    def test_a_check_by_hand_counts(self):
        self.run_program("prices", "update", env=self.configured())
        self.ingested(env=self.configured())
        self.assertEqual(self.server.requests, ["/api.json"])

    def test_a_failure_is_a_warning_and_not_repeated_within_the_hour(self):
        self.assertIn("prices_update: cannot fetch", self.ingested(env=self.configured("error")))
        self.assertEqual(self.ingested(env=self.configured("error")), "")
        self.assertEqual(self.server.requests, ["/error"])
        self.assertEqual(self.analyze()["totals"]["turns"], 1)
        (self.ledger_home / "prices-failed").unlink()
        self.ingested(env=self.configured())
        self.assertEqual(len(self.export("price")), 1)

    def test_a_setting_that_makes_no_sense(self):
        for span in ("7", "weekly", "-7d", "0d", "2026-01-01"):
            result = self.run_program("ingest", env=self.environment(RELAYBURN_PRICES_UPDATE=span), expect=WRONG_USAGE)
            self.assertIn(b"RELAYBURN_PRICES_UPDATE: prices_update must be off or a span", result.err)


class Dollars(Update):
    """What reports make of it: equal dollars on every host, and no day before today changes."""

    def setUp(self):
        super().setUp()
        million = {"input_tokens": 0, "cache_read_input_tokens": 0}
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", 1000000, ts=f"{day}T00:00:01Z", model=model, usage=million)
                                    for number, (day, model) in enumerate(((YESTERDAY, MODEL), (TODAY, MODEL),
                                                                           (YESTERDAY, MODEL + "-20260101"), (TODAY, MODEL + "-20260101")))])
        self.ingest_logs()

    def dollars(self, **options):
        report = json.loads(self.run_program("analyze", "--json", "--by", "day,model", **options).out, parse_float=Decimal)
        return {(row["day"], row["model"]): row["costUsd"] for row in report["tables"][0]["rows"]}

    def test_two_hosts_print_equal_dollars_after_one_of_them_updated(self):
        self.assertEqual(set(self.dollars().values()), {Decimal("25.0")})
        self.cost()["output"] = 20
        self.list["anthropic"]["models"][MODEL + "-20260101"] = {"release_date": "2026-01-01", "cost": {"input": 5, "output": 10}}
        self.update()
        schema = self.environment().get("RELAYBURN_DATABASE_SCHEMA")
        other = self.environment(RELAYBURN_HOME=str(self.root / "other"), RELAYBURN_SQLITE_PATH=str(self.ledger_home / "burn.sqlite"),
                                 RELAYBURN_FILE_DIR=str(self.ledger_home / "ledger"), RELAYBURN_DATABASE_SCHEMA=schema)
        expected = {(YESTERDAY, MODEL): Decimal("25.0"), (TODAY, MODEL): Decimal("20.0"),
                    (YESTERDAY, MODEL + "-20260101"): Decimal("25.0"), (TODAY, MODEL + "-20260101"): Decimal("10.0")}
        self.assertEqual(self.dollars(), expected)
        self.assertEqual(self.dollars(env=other), expected)


if __name__ == "__main__":
    main()
