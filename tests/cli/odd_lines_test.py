#!/usr/bin/env python3
"""Lines that no agent should write, and that a reader meets all the same."""

import json
from decimal import Decimal

from harness import CliTest, assistant, main, raw, user

NUMBER = "@number@"


def with_number(spelling, message_id):
    line = raw(assistant(message_id, 1, usage={"input_tokens": NUMBER}))
    return line.replace(json.dumps(NUMBER).encode(), spelling)


class NotJson(CliTest):
    """A line that is no JSON object is rejected as a whole, also where what matters could be read."""

    def assert_rejected(self, *lines):
        self.write_log("a.jsonl", assistant("msg_before", 1), *lines, assistant("msg_behind", 2))
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"], {"read": len(lines) + 2, "rejected": len(lines)})
        self.assertEqual([issue["line"] for issue in summary["issues"]], list(range(2, len(lines) + 2)))
        self.assertEqual({turn["messageId"] for turn in self.export("turn")}, {"msg_before", "msg_behind"})

    def damaged(self, old, new):
        line = raw(assistant("msg_bad", 9, toolUseResult={"stdout": "x"}, userType="external"))
        self.assertIn(old, line)
        return line.replace(old, new, 1)

    def test_a_value_that_is_no_value(self):
        self.assert_rejected(*[self.damaged(b'"userType":"external"', b'"userType":' + value) for value in
                               (b"external", b"nul", b"truefalse", b"NaN", b"-", b"01", b"1.", b"'external'", b"", b"[REDACTED]",
                                b'{"a"}', b"[1,]", b"[1 2]", b'{"a":1,}', b"+1", b".5", b"0x10", b"undefined")])

    def test_a_bracket_that_does_not_match(self):
        self.assert_rejected(self.damaged(b'{"stdout":"x"}', b'["stdout"}'), self.damaged(b'{"stdout":"x"}', b'{"stdout":"x"]'),
                             self.damaged(b'"content":[', b'"content":[['))

    def test_a_key_or_comma_that_is_missing(self):
        self.assert_rejected(self.damaged(b'"userType":', b'userType:'), self.damaged(b'"userType":', b'"userType" '),
                             self.damaged(b',"userType"', b' "userType"'), self.damaged(b',"userType"', b',,"userType"'),
                             b'{"type":"assistant",}', b"{,}", b"{")

    def test_an_escape_that_is_none(self):
        self.assert_rejected(self.damaged(b'"stdout":"x"', rb'"stdout":"\x41"'), self.damaged(b'"stdout":"x"', rb'"stdout":"\u12"'),
                             self.damaged(b'"Done."', rb'"Do\qne."'))

    def test_no_object(self):
        self.assert_rejected(b"[]", b"[{}]", b"1", b"null", b'"text"', b"}", b"\xef\xbb\xbf[]", b"# comment", raw([assistant()]))

    def test_a_raw_line_break_cannot_stand_in_a_string_but_a_raw_tab_can_be_repaired(self):
        self.write_log("a.jsonl", self.damaged(b'"Done."', b'"Do\tne."'))
        self.assertEqual(self.ingest_logs()["lines"]["rejected"], 0)


class Objects(CliTest):
    def test_objects_without_anything_wanted_are_no_problem(self):
        self.write_log("a.jsonl", {}, {"type": None}, {"type": "assistant"}, {"type": "assistant", "message": None},
                       {"type": "assistant", "message": {}}, {"type": "assistant", "message": {"id": 7}},
                       {"type": "assistant", "message": []}, {"type": "user", "message": {"content": 5}},
                       {"type": "user", "message": {"content": [1, None, "x", [], {}]}}, {"type": ["assistant"]},
                       {"type": "progress", "data": None}, {"type": "progress", "data": {"type": "agent_progress"}},
                       {"type": "system"}, {"type": "system", "subtype": "compact_boundary"})
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"], {"read": 14, "rejected": 0})
        self.assertEqual(self.inserted(summary).get("turn"), None)

    def test_a_message_without_an_id_is_no_turn_and_an_empty_one_is_not_shared(self):
        self.write_log("a.jsonl", assistant(None, 1), assistant("", 2, session="s-1"), assistant("", 3, session="s-2"))
        self.ingest_logs()
        self.assertLessEqual(self.analyze()["totals"]["turns"], 2)

    def test_keys_in_any_order(self):
        line = assistant("msg_1", 10)
        backwards = dict(reversed(line.items()))
        backwards["message"] = dict(reversed(line["message"].items()))
        self.write_log("a.jsonl", line, backwards)
        self.assertEqual(self.ingest_logs()["records"]["turn"], {"inserted": 1, "updated": 0, "duplicate": 1})

    def test_the_last_of_duplicated_keys_counts(self):
        self.write_log(
            "a.jsonl",
            b'{"type":"user","type":"assistant","sessionId":"s-no","sessionId":"s-1","timestamp":"2026-01-01T00:00:00Z",'
            b'"message":{"id":"msg_no","model":"no","usage":{"input_tokens":5,"output_tokens":999}},'
            b'"message":{"id":"msg_1","model":"claude-opus-4-7","usage":{"input_tokens":1,"output_tokens":9,"output_tokens":7}}}',
            b'{"type":"assistant","sessionId":"s-1","message":{"id":"msg_2","usage":{"output_tokens":999}},"message":{"id":"msg_2"}}')
        self.ingest_logs()
        turns = {turn["messageId"]: turn for turn in self.export("turn")}
        self.assertEqual(set(turns), {"msg_1", "msg_2"})
        self.assertEqual((turns["msg_1"]["sessionId"], turns["msg_1"]["input"], turns["msg_1"]["output"]), ("s-1", 1, 7))
        self.assertEqual(turns["msg_2"]["output"], 0, "the first message is gone whole, its usage too")

    def test_escaped_keys_are_keys(self):
        self.write_log("a.jsonl", raw(assistant()).replace(b'"type"', rb'"\u0074ype"', 1).replace(b'"usage"', rb'"us\u0061ge"'))
        self.ingest_logs()
        self.assert_one_turn_of(10)

    def test_deep_nesting_costs_no_line(self):
        deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
        arrays = b"[" * 100000 + b"]" * 100000
        call = raw(assistant("msg_2", 2, content=[{"type": "tool_use", "id": "t", "name": "Bash", "input": "@"}]))
        self.write_log("a.jsonl", raw(assistant("msg_1", 1, extra="@")).replace(b'"@"', deep), call.replace(b'"@"', deep),
                       raw(assistant("msg_3", 3, extra="@")).replace(b'"@"', arrays),
                       raw(user("@", uuid="u-9")).replace(b'"@"', arrays), assistant("msg_4", 4))
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"], {"read": 5, "rejected": 0})
        self.assertEqual(self.inserted(summary)["turn"], 4)

    def test_very_many_keys_and_blocks(self):
        many = {f"key{number}": number for number in range(100000)}
        blocks = [{"type": "tool_use", "id": f"t{number}", "name": "Read", "input": {"file_path": "/x"}} for number in range(20000)]
        self.write_log("a.jsonl", assistant("msg_1", 1, **many), assistant("msg_2", 2, content=blocks),
                       assistant("msg_3", 3, content=[{"type": "tool_use", "id": "t", "name": "Bash", "input": many}]))
        summary = self.ingest_logs(timeout=30)
        self.assertEqual((self.inserted(summary)["turn"], self.inserted(summary)["tool_call"]), (3, 20001))

    def test_blanks_around_and_inside_an_object(self):
        self.write_log("a.jsonl", b" \t" + json.dumps(assistant(), indent=" ").replace("\n", "\r").encode() + b"  ", b"", b"   ", b"\r")
        self.assertEqual(self.ingest_logs()["lines"]["rejected"], 0)
        self.assert_one_turn_of(10)


class Sessions(CliTest):
    def test_any_text_up_to_512_bytes_is_a_session_id(self):
        odd = ["x" * 512, "\u00e4" * 256, "a|b%c", "", "null", "0", "s 1", "../../etc", "\U0001f35e", "a\u2028b", "'\""]
        self.write_log("a.jsonl", *[assistant(f"chat-{number}", 1, session=name) for number, name in enumerate(odd)],
                       assistant("chat-none", 1, session=None))
        self.ingest_logs()
        names = [row["session"] for row in self.table("session")]
        self.assertEqual(sorted(name for name in names if name), sorted(name for name in odd if name))
        self.assertEqual(self.analyze()["totals"]["turns"], len(odd) + 1)
        self.assertEqual(names[-1], None)

    def test_a_longer_one_is_reported_and_the_turn_counts_without(self):
        self.write_log("a.jsonl", assistant("msg_1", 1, session="x" * 513), assistant("msg_2", 2, session="y" * 1000000))
        summary = self.ingest_logs()
        self.assertEqual([issue["line"] for issue in summary["issues"]], [1, 2])
        self.assertEqual([(row["session"], row["turns"]) for row in self.table("session")], [(None, 2)])

    def test_the_bytes_that_count_are_those_that_are_stored(self):
        """513 bytes in the log may be fewer as text, and 512 may be more: U+FFFD has three."""
        self.write_log("a.jsonl", raw(assistant("msg_1", 1, session="@")).replace(b'"@"', b'"' + b"\xff" * 400 + b'"'))
        summary = self.ingest_logs()
        self.assertEqual(len(summary["issues"]), 1, "400 times U+FFFD are 1200 bytes")
        self.assertEqual([row["session"] for row in self.table("session")], [None])

    def test_parts_of_a_key_are_kept_apart(self):
        self.write_log("a.jsonl", assistant("c", 1, session="a|b"), assistant("b|c", 1, session="a"),
                       assistant("c", 1, session="a%7Cb"))
        self.assertEqual(self.inserted(self.ingest_logs())["turn"], 3)

    def test_a_session_id_that_is_no_text(self):
        self.write_log("a.jsonl", assistant("msg_1", 1, session=7), assistant("msg_2", 1, session={"a": 1}))
        self.ingest_logs()
        self.assertEqual([(row["session"], row["turns"]) for row in self.table("session")], [(None, 2)])


class Times(CliTest):
    def days(self, *spellings):
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", 1, ts=ts) for number, ts in enumerate(spellings)])
        self.summary = self.ingest_logs()
        turns = {turn["messageId"]: turn.get("ts") for turn in self.export("turn")}
        return [turns[f"msg_{number}"] for number in range(len(spellings))]

    def test_forms_of_one_instant(self):
        forms = ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00", "2026-03-01T13:00:00+01:00",
                 "2026-03-01T06:30:00-05:30", "2026-03-01T12:00:00.000000000Z", "2026-03-01 12:00:00Z", "2026-03-01T12:00:00-00:00"]
        self.assertEqual(self.days(*forms), ["2026-03-01T12:00:00.000000Z"] * len(forms))
        self.assertEqual(self.summary["issues"], [])

    def test_rfc_3339_allows_small_letters(self):
        self.assertEqual(self.days("2026-03-01t12:00:00z"), ["2026-03-01T12:00:00.000000Z"])

    def test_digits_past_the_microseconds_are_cut(self):
        self.assertEqual(self.days("2026-03-01T12:00:00.123456789Z", "2026-03-01T12:00:00.9999999Z", "2026-03-01T12:00:00.1Z"),
                         ["2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00.999999Z", "2026-03-01T12:00:00.100000Z"])

    def test_a_leap_second_is_a_time(self):
        self.assertNotIn(None, self.days("2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z"))

    def test_the_ends_of_the_calendar(self):
        self.assertEqual(self.days("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z",
                                   "2028-02-29T00:00:00Z"),
                         ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z",
                          "2028-02-29T00:00:00.000000Z"])
        for zone in ("UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin"):
            for by in ("day", "week", "month", "hour"):
                rows = self.table(by, "--timezone", zone)
                self.assertEqual(sum(row["turns"] for row in rows), 4)
                for row in rows:
                    self.assertRegex(row[by], r"^\d{4,5}-")

    def test_what_is_no_time_is_reported_and_the_turn_counts_without(self):
        bad = ["yesterday", "", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-3-1T12:00:00Z",
               "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "2026-03-01T12:00:00+99:00",
               "1772366400000", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00Zulu"]
        self.assertEqual(self.days(*bad), [None] * len(bad))
        self.assertEqual([issue["line"] for issue in self.summary["issues"]], list(range(1, len(bad) + 1)))
        self.assertEqual([(row["day"], row["turns"]) for row in self.table("day")], [(None, len(bad))])


class Numbers(CliTest):
    def inputs(self, *spellings):
        self.write_log("a.jsonl", *[with_number(spelling, f"msg_{number}") for number, spelling in enumerate(spellings)])
        self.summary = self.ingest_logs()
        turns = {turn["messageId"]: turn["input"] for turn in self.export("turn")}
        return [turns[f"msg_{number}"] for number in range(len(spellings))]

    def test_whole_numbers_however_they_are_spelt(self):
        self.assertEqual(self.inputs(b"0", b"1000.0", b"1e3", b"1E+3", b"1000000e-3", b"1.5e1", b"0e999999999", b"-0", b"1099511627776",
                                     b"0.00000000000000000001e20", b"1" + b"0" * 400 + b"e-400"),
                         [0, 1000, 1000, 1000, 1000, 15, 0, 0, 2**40, 1, 1])
        self.assertEqual(self.summary["issues"], [])

    def test_anything_else_counts_0_and_is_reported(self):
        bad = [b"-1", b"0.5", b"1099511627777", b"1099511627776.00000001", b"1e400", b"1e99999999999999999999", b"9" * 5000, b"1e-1",
               b'"7"', b"true", b"[7]", b'{"a":7}', b"18446744073709551617", b"-9223372036854775809"]
        self.assertEqual(self.inputs(*bad), [0] * len(bad))
        self.assertEqual([issue["line"] for issue in self.summary["issues"]], list(range(1, len(bad) + 1)))
        self.assertEqual(self.summary["lines"]["rejected"], 0)

    def test_what_json_does_not_call_a_number_rejects_the_line(self):
        for number, spelling in enumerate([b"01", b"1.", b".5", b"+1", b"1e", b"0x10", b"NaN", b"1_000", b"Infinity", b"--1"]):
            self.write_log(f"{number}.jsonl", with_number(spelling, f"msg_{number}"))
        summary = self.ingest_logs()
        self.assertEqual(summary["lines"], {"read": 10, "rejected": 10})

    def test_the_greatest_counts_a_thousand_times_do_not_overflow(self):
        usage = {"input_tokens": 2**40, "output_tokens": 2**40, "cache_read_input_tokens": 2**40,
                 "cache_creation": {"ephemeral_5m_input_tokens": 2**40, "ephemeral_1h_input_tokens": 2**40},
                 "server_tool_use": {"web_search_requests": 2**40}}
        self.write_log("a.jsonl", *[assistant(f"msg_{number}", usage=usage) for number in range(1000)])
        self.ingest_logs()
        totals = json.loads(self.run_program("analyze", "--json").out, parse_float=str)["totals"]
        self.assertEqual(totals["usage"]["input"], 1000 * 2**40)
        # (5 + 25 + 0.5 + 6.25 + 10) dollars a million tokens, and a cent a search.
        cost = 1000 * 2**40 * (Decimal("46.75") / 10**6 + Decimal("0.01"))
        self.assertEqual(totals["costUsd"], f"{cost.normalize():f}")

    def test_one_token_more_than_fits_the_revision_saturates(self):
        self.write_log("a.jsonl", assistant("msg_1", 2**40 - 1), assistant("msg_1", 2**40, ts="2026-03-02T09:00:00Z"))
        self.ingest_logs()
        self.assertEqual([turn["output"] for turn in self.export("turn")], [2**40])


class OneFactFromOneLine(CliTest):
    def test_a_line_is_taken_whole_and_never_mixed_with_another(self):
        small = assistant("msg_1", 5, model="claude-opus-4-7", usage={"input_tokens": 999, "cache_read_input_tokens": 999},
                          gitBranch="main", ts="2026-03-02T09:00:00Z")
        great = assistant("msg_1", 50, model=None, usage={"input_tokens": 1, "cache_read_input_tokens": 2}, ts="2026-03-02T10:00:00Z")
        for lines in ([small, great], [great, small]):
            self.write_log("a.jsonl", *lines)
            self.ingest_logs()
            [turn] = self.export("turn")
            self.assertEqual((turn["input"], turn["cacheRead"], turn["output"]), (1, 2, 50))
            self.assertEqual((turn.get("model"), turn.get("branch"), turn["ts"]), (None, None, "2026-03-02T10:00:00.000000Z"))

    def test_a_message_that_holds_a_breakdown_and_its_total(self):
        self.write_log("a.jsonl", assistant("msg_1", 5, usage={"cache_creation_input_tokens": 700}),
                       assistant("msg_1", 6, usage={"cache_creation_input_tokens": 700, "cache_creation": {
                           "ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 700}}))
        self.ingest_logs()
        self.assert_totals(1, 3, 6, 100, 0, 700)


if __name__ == "__main__":
    main()
