#!/usr/bin/env python3
"""Real logs, and a made corpus whose truth is known. Skipped where they are not at hand.

RELAYBURN_SAMPLES  the folder of samples, instead of ../shared/data/samples beside the repository
"""

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness import BACKENDS, REPOSITORY, CliTest, main, remove_tree

SHARED = REPOSITORY.parent / "shared"
ALL_SAMPLES = Path(os.environ.get("RELAYBURN_SAMPLES") or SHARED / "data" / "samples")
SAMPLES = ALL_SAMPLES / "claude"
CODEX_SAMPLES = ALL_SAMPLES / "codex"
MAKE_CORPUS = SHARED / "tools" / "make_corpus.py"
CODEX_COLUMNS = ("turns_token_count", "input", "cached_input", "output", "reasoning")
COLUMNS = ("messages", "input", "output", "cache_read", "cache_5m", "cache_1h")


@unittest.skipUnless(SAMPLES.is_dir(), f"no {SAMPLES}")
class Samples(CliTest):
    FIGURES = {
        "dagster-io__erk": (206, 1442, 31701, 10878884, 39494, 455445),
        "entireio__cli": (340, 4161, 26707, 17873050, 1759750, 555320),
        "M-Thisness__M-Claude": (42, 12274, 12900, 608292, 178778, 0),
        "d-kimuson__claude-code-viewer": (29, 422, 4602, 427478, 60445, 0),
    }
    FIRST_THREE = (588, 17877, 71308, 29360226, 1978022, 1010765)
    REPORTS = ["model", "provider", "source", "project", "session", "host", "day", "week", "month", "hour", "agent", "branch",
               "day,model,branch"]

    def test_each_alone(self):
        for name, figures in self.FIGURES.items():
            environment = self.environment(RELAYBURN_HOME=str(self.root / name))
            self.ingest("--path", SAMPLES / name, env=environment)
            self.assertEqual(self.usage(self.analyze(env=environment)["totals"]), figures, name)

    def test_three_in_one_ledger_and_a_second_time(self):
        for name in list(self.FIGURES)[:3]:
            self.ingest("--path", SAMPLES / name)
        self.assert_totals(*self.FIRST_THREE)
        digest = self.digest()
        for name in list(self.FIGURES)[:3]:
            summary = self.ingest("--path", SAMPLES / name)
            self.assert_nothing_read(summary)
            self.assert_nothing_changed(summary)
        self.ingest("--full", "--path", SAMPLES / "entireio__cli")
        self.assertEqual(self.digest(), digest)

    def test_all_of_them_however_they_come_in(self):
        together = self.environment(RELAYBURN_HOME=str(self.root / "together"))
        self.ingest("--path", SAMPLES, env=together)
        one_by_one = self.environment(RELAYBURN_HOME=str(self.root / "one-by-one"), RELAYBURN_HOST_LABEL="another")
        for log in sorted(SAMPLES.rglob("*.jsonl"), reverse=True):
            self.run_program("ingest", "--quiet", "--path", log, env=one_by_one)
        self.assertEqual(self.digest(env=one_by_one), self.digest(env=together))


@unittest.skipUnless(CODEX_SAMPLES.is_dir(), f"no {CODEX_SAMPLES}")
class CodexSamples(CliTest):
    # input, output, cacheRead, reasoning
    FIGURES = {
        "MoonLadderStudios__MoonMind": (176237, 63841, 3567616, 38656),
        "Python-AI-Solutions__agentic-neurodata-conversion": (94876, 17264, 509568, 11008),
        "madshn__localpush": (961620, 89179, 15067648, 40021),
        "yoavf__ai-sessions": (33995, 14976, 181760, 8448),
    }

    def test_each_alone(self):
        for name, figures in self.FIGURES.items():
            environment = self.environment(RELAYBURN_HOME=str(self.root / name))
            self.ingest("--path", CODEX_SAMPLES / name, env=environment)
            totals = self.analyze(env=environment)["totals"]
            usage = totals["usage"]
            self.assertEqual((usage["input"], usage["output"], usage["cacheRead"], usage["reasoning"]), figures, name)
            self.assertEqual(totals["unpricedTurns"], 0, name)

    def test_all_of_them_however_they_come_in(self):
        together = self.environment(RELAYBURN_HOME=str(self.root / "together"))
        self.ingest("--path", CODEX_SAMPLES, env=together)
        again = self.ingest("--path", CODEX_SAMPLES, env=together)
        self.assert_nothing_read(again)
        one_by_one = self.environment(RELAYBURN_HOME=str(self.root / "one-by-one"), RELAYBURN_HOST_LABEL="another")
        for log in sorted(CODEX_SAMPLES.rglob("*.jsonl"), reverse=True):
            self.run_program("ingest", "--quiet", "--path", log, env=one_by_one)
        self.assertEqual(self.digest(env=one_by_one), self.digest(env=together))


@unittest.skipUnless(SAMPLES.is_dir(), f"no {SAMPLES}")
class Backends(CliTest):
    needs_every_backend = False

    def test_reports_and_digests_are_the_same_byte_for_byte_but_for_storage(self):
        reports, digests = set(), set()
        for storage in BACKENDS:
            environment = self.environment(RELAYBURN_STORAGE=storage)
            self.ingest("--path", SAMPLES, "--path", CODEX_SAMPLES, env=environment)
            by = [argument for dimension in Samples.REPORTS for argument in ("--by", dimension)]
            out = self.run_program("analyze", "--json", *by, env=environment).out
            reports.add(out.replace(f'"storage":"{storage}"'.encode(), b'"storage":""', 1))
            digests.add(self.digest(env=environment))
        self.assertEqual((len(reports), len(digests)), (1, 1))


@functools.cache
def make_corpus():
    folder = Path(tempfile.mkdtemp(prefix="relayburn-corpus-"))
    atexit.register(remove_tree, folder)
    # It appends to one long text: moving that with mremap takes minutes where system calls are slow.
    grow_in_place = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "67108864"}
    subprocess.run([sys.executable, MAKE_CORPUS, "--out", folder, "--claude-mb", "20", "--claude-files", "40",
                    "--codex-mb", "10", "--codex-files", "20"], check=True, stdout=subprocess.DEVNULL, env={**os.environ, **grow_in_place})
    return folder


@unittest.skipUnless(MAKE_CORPUS.is_file(), f"no {MAKE_CORPUS}")
class Corpus(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.corpus = make_corpus()
        truth = json.loads((cls.corpus / "TRUTH.json").read_text())
        cls.truth, cls.codex_truth = truth["claude"], truth["codex"]

    def environment(self, **more):
        return super().environment(HOME=str(self.corpus), **more)

    def assert_table(self, by, truth):
        rows = {row[by]: self.usage(row) for row in self.table(by)}
        self.assertEqual(rows, {name: tuple(row.get(column, 0) for column in COLUMNS) for name, row in truth.items()})

    def test_is_counted_exactly(self):
        self.assert_found(self.ingest("--source", "claude"), self.truth)
        self.assert_totals(*(self.truth[column] for column in COLUMNS))
        self.assert_table("model", self.truth["by_model"])
        self.assert_table("day", self.truth["by_day"])
        self.assert_nothing_new("--source", "claude")

    def test_its_codex_part_is_counted_exactly(self):
        self.assert_found(self.ingest("--source", "codex"), self.codex_truth)
        self.assertEqual(self.codex_usage(self.analyze()["totals"]), self.codex_figures(self.codex_truth))
        for by in ("model", "day"):
            rows = {row[by]: self.codex_usage(row) for row in self.table(by)}
            truth = {name: self.codex_figures(row) for name, row in self.codex_truth[f"by_{by}"].items()}
            self.assertEqual(rows, truth)
        self.assert_nothing_new("--source", "codex")

    def codex_figures(self, row):
        return tuple(row.get(column, 0) for column in CODEX_COLUMNS)

    def codex_usage(self, row):
        usage = row["usage"]
        return (row["turns"], usage["input"] + usage["cacheRead"], usage["cacheRead"], usage["output"], usage["reasoning"])

    def assert_found(self, summary, truth):
        self.assertEqual((summary["files"]["found"], summary["bytesRead"], summary["lines"]),
                         (truth["files"], truth["bytes"], {"read": truth["lines"], "rejected": 0}))

    def assert_nothing_new(self, *arguments):
        summary = self.ingest(*arguments)
        self.assert_nothing_read(summary)
        self.assert_nothing_changed(summary)


if __name__ == "__main__":
    main()
