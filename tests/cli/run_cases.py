#!/usr/bin/env python3
"""Runs the case folders in cases/, each on every backend, and compares whole texts.

A case is a folder with
  cmd       lines for sh; `relayburn` is the program, the working folder a copy of the case
  in/       the logs that cmd names (optional)
  out, err  what must be printed, as a whole; absent means nothing
  status    the exit code of the last command; absent means 0

What differs from run to run is put in place of words before comparing: the case's folder is $CASE, the
backend's name {storage} and its store {store}, a host's id HOSTID,
the schema's version {newest}, and times taken and ages are 0. `run_cases.py --accept [NAME]` writes what the first backend printed
into the folders: read the difference before you commit it.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from harness import PROGRAM, CliTest, main

CASES = Path(__file__).resolve().parent / "cases"


class Case(CliTest):
    def run_case(self, folder):
        work = self.root / "case"
        shutil.copytree(folder, work)
        tools = self.root / "bin"
        tools.mkdir()
        (tools / "relayburn").symlink_to(PROGRAM)
        environment = self.environment()
        environment["PATH"] = f"{tools}:{environment.get('PATH', '/usr/bin:/bin')}"
        done = subprocess.run(["sh", "cmd"], cwd=work, env=environment, capture_output=True, timeout=60)
        return {"out": self.steady(done.stdout.decode()), "err": self.steady(done.stderr.decode()), "status": f"{done.returncode}\n"}

    def steady(self, text):
        text = text.replace(str(self.root / "case"), "$CASE").replace(str(self.ledger_home), "$RELAYBURN_HOME")
        text = re.sub(r'"hostId":"[0-9a-f]{32}"', '"hostId":"HOSTID"', text)
        text = re.sub(r'"(elapsedMs|ageDays)":\d+', r'"\1":0', text)
        text = re.sub(r"^in       [\d,]+ ms", "in       0 ms", text, flags=re.M)
        text = re.sub(r"\$RELAYBURN_HOME/(burn\.sqlite|ledger/ledger\.jsonl)|database 'relayburn' at \S+, schema '\w+'",
                      "$RELAYBURN_HOME/{store}", text)
        if newest := re.search(r"schema version \d+ of (\d+)", text):
            text = re.sub(rf"(version|of|→) {newest[1]}\b", r"\1 {newest}", text)
        text = text.replace(f'"storage":"{self.storage}"', '"storage":"{storage}"')
        return re.sub(rf"\b(into) {self.storage}\b", r"\1 {storage}", text)

    def check(self, folder):
        printed = self.run_case(folder)
        for name, default in (("status", "0\n"), ("err", ""), ("out", "")):
            path = folder / name
            self.assertMultiLineEqual(printed[name], path.read_text() if path.exists() else default, f"{folder.name}/{name}")


def accept(wanted):
    for folder in folders():
        if wanted and folder.name not in wanted:
            continue
        case = Case("accept_one")
        case.folder = folder
        case.run()


def accept_one(self):
    for name, text in self.run_case(self.folder).items():
        path = self.folder / name
        if text == {"out": "", "err": "", "status": "0\n"}[name]:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)


def folders():
    return sorted(path for path in CASES.iterdir() if (path / "cmd").is_file())


def add_tests():
    for folder in folders():
        setattr(Case, f"test_{folder.name}", lambda self, folder=folder: self.check(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--accept"]:
        Case.accept_one = accept_one
        Case.maxDiff = None
        accept(sys.argv[2:])
    else:
        Case.maxDiff = None
        add_tests()
        main()
