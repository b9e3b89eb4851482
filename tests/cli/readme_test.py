"""The README tells the truth: its commands run, and its report is what the bundled sample gives."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BACKENDS, PROGRAM, REPOSITORY, without_headline
from postgres import OwnServer

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.home)
        shutil.copytree(REPOSITORY / "tests/data/sample", self.home, dirs_exist_ok=True)
        os.mkdir(os.path.join(self.home, "old-logs"))

    def run_line(self, line, folder=None, **more):
        path = f"{PROGRAM.parent}:{os.environ.get('PATH', '')}"
        environment = {"HOME": self.home, "TZ": "Europe/Berlin", "PATH": path,
                       "RELAYBURN_HOST_LABEL": "ada@laptop", **more}
        result = subprocess.run(["bash", "-c", line], env=environment, cwd=folder or self.home, capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.returncode, 0, (line, result.stderr))
        return result.stdout

    def run_block(self, block, **more):
        for line in block.splitlines():
            with self.subTest(line=line):
                self.run_line(line, **more)

    def test_every_command_runs(self):
        # The scripts are what CI runs.
        commands = [block for block in blocks("sh") if not block.startswith("scripts/") and "psql" not in block]
        self.assertGreater(sum(len(block.splitlines()) for block in commands), 8)
        for block in commands:
            self.run_block(block)

    def test_prices_of_one_s_own(self):
        [prices] = [block for block in blocks("json") if "providers" in block]
        folder = os.path.join(self.home, ".relayburn")
        os.mkdir(folder)
        with open(os.path.join(folder, "prices.json"), "w", encoding="utf-8") as file:
            file.write(prices)
        self.assertIn("from 2026-12-01", self.run_line("relayburn prices our-gateway-model"))

    @unittest.skipUnless("postgres" in BACKENDS, "no server")
    def test_a_team_s_ledger(self):
        [setup] = [block for block in blocks("sh") if "psql" in block]
        [config] = blocks("toml")
        with OwnServer() as server:
            server.sql("CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN")
            self.run_block(setup, folder=REPOSITORY, ADMIN_URL=server.url, OWNER_URL=server.as_role("bob"))
            os.mkdir(os.path.join(self.home, ".relayburn"))
            written = re.sub(r'database_url = ".*"', f'database_url = "{server.as_role("alice")}"', config)
            self.assertNotEqual(written, config)
            with open(os.path.join(self.home, ".relayburn/config.toml"), "w", encoding="utf-8") as file:
                file.write(written)
            self.run_line("relayburn ingest")
            self.assertIn(without_headline(self.run_line("relayburn analyze")), blocks("text"))

    def test_the_report_is_the_sample_s(self):
        self.run_line("relayburn ingest")
        self.assertIn(without_headline(self.run_line("relayburn analyze")), blocks("text"))


if __name__ == "__main__":
    unittest.main()
