"""The README tells the truth: its commands run, and its report is what the bundled sample gives."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.home)
        shutil.copytree(REPOSITORY / "tests/data/sample", self.home, dirs_exist_ok=True)
        os.mkdir(os.path.join(self.home, "old-logs"))

    def run_line(self, line):
        words = shlex.split(line, comments=True)
        self.assertEqual(words[0], "relayburn")
        words = [word.replace("~", self.home, 1) if word.startswith("~/") else word for word in words[1:]]
        environment = {"HOME": self.home, "TZ": "Europe/Berlin", "PATH": os.environ.get("PATH", "")}
        result = subprocess.run([os.environ["RELAYBURN"], *words], env=environment, capture_output=True,
                                text=True, check=False)
        self.assertEqual(result.returncode, 0, (line, result.stderr))
        return result.stdout

    def test_every_command_runs(self):
        lines = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
        # The two scripts are what CI runs.
        commands = [line for line in lines if not line.startswith("scripts/")]
        self.assertGreater(len(commands), 4)
        for line in commands:
            with self.subTest(line=line):
                self.run_line(line)

    def test_the_report_is_the_sample_s(self):
        self.run_line("relayburn ingest")
        self.assertIn(self.run_line("relayburn analyze"), blocks("text"))


if __name__ == "__main__":
    unittest.main()
