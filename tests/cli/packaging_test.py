"""What is installed beside the program follows it: man pages, completions and systemd units know its commands and flags."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness import PROGRAM, REPOSITORY

PACKAGING = REPOSITORY / "apps/packaging"
sys.path.insert(0, str(PACKAGING))

from command_model import read_command  # noqa: E402

FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def flags(command):
    own = {name for option in command.options for name in option.names}
    return own.union(*map(flags, command.commands))


def run(*command, **options):
    return subprocess.run(list(map(os.fspath, command)), check=True, text=True, stdout=subprocess.PIPE, **options).stdout


class Packaging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="relayburn-cli-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.program = read_command(PROGRAM)

    def need(self, tool):
        if not shutil.which(tool):
            self.skipTest(f"{tool} is not installed")


class Model(Packaging):
    def test_what_takes_a_value_and_which(self):
        [analyze] = [command for command in self.program.commands if command.word == "analyze"]
        said = {option.names[-1]: (option.type, option.values, option.is_list) for option in analyze.options}
        self.assertEqual(said["--json"], ("", [], False))
        for name in ("--html", "--prometheus"):
            self.assertEqual(said[name], ("FILE", [], False))
        # Each has what it is good for said beside it.
        for option in analyze.options:
            self.assertRegex(option.text, "^[A-Za-z0-9]", option.names)
        self.assertEqual(said["--sort"], ("KEY", ["cost", "tokens", "turns", "name"], False))
        self.assertEqual(said["--since"], ("T", [], False))
        kind, values, is_list = said["--by"]
        self.assertEqual((kind, is_list), ("DIM[,DIM...]", True))
        self.assertLessEqual({"model", "day", "tool", "tag:"}, set(values))


class ManPages(Packaging):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run(sys.executable, PACKAGING / "man_pages.py", PROGRAM, "1.2.3", PACKAGING / "man", cls.folder)
        cls.pages = {path.name[:-len(".1.gz")]: gzip.decompress(path.read_bytes()).decode() for path in cls.folder.iterdir()}

    def test_each_command_has_one(self):
        names = ["relayburn", *(f"relayburn-{command.word}" for command in self.program.commands)]
        self.assertGreater(len(names), 9)
        self.assertEqual(sorted(self.pages), sorted(names))
        for name in names[1:]:
            self.assertIn(name.replace("-", "\\-"), self.pages["relayburn"])

    def test_each_option_is_in_its_page(self):
        for command in [self.program, *self.program.commands]:
            page = self.pages[command.name.replace(" ", "-")].replace("\\-", "-")
            for flag in {name for option in command.options for name in option.names}:
                self.assertIn(f"\\fB{flag}\\fR", page, command.name)

    def test_no_text_names_what_is_not_there(self):
        commands = {f"relayburn-{command.word}": command for command in self.program.commands}
        common = {name for option in self.program.options for name in option.names}
        for text in (PACKAGING / "man").iterdir():
            self.assertIn(text.stem, ["relayburn", *commands])
            said = text.read_text(encoding="utf-8").replace("\\-", "-")
            self.assertLessEqual(set(FLAG.findall(said)) - {"--user", "--now"}, flags(self.program), text)
            for word, rest in re.findall(r"^relayburn (\w+)(.*)$", said, re.MULTILINE):
                self.assertLessEqual(set(FLAG.findall(rest)), flags(commands[f"relayburn-{word}"]) | common, text)

    def test_every_key_of_the_configuration_is_told(self):
        printed = run(PROGRAM, "config", "--json", env={"HOME": str(self.folder)})
        for text in (PACKAGING / "man/relayburn.roff", REPOSITORY / "README.md"):
            said = text.read_text(encoding="utf-8")
            for key in json.loads(printed)["settings"]:
                # README has the agents' own by the names that the agents know.
                self.assertRegex(said, rf"\b({key}|{key.upper()})\b", text)

    def test_they_are_well_formed(self):
        self.need("groff")
        for name, page in self.pages.items():
            done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page.encode(), capture_output=True, check=True)
            self.assertEqual(done.stderr, b"", name)


class Completions(Packaging):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run(sys.executable, PACKAGING / "completions.py", PROGRAM, cls.folder)

    def bash(self, *words):
        script = ('. ./relayburn.bash; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); _relayburn; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return run("bash", "-c", script, "bash", *words, cwd=self.folder).split()

    def fish(self, line):
        script = "source relayburn.fish; complete --do-complete=$argv[1]"
        # A file of its own for history and the like.
        done = run("fish", "--no-config", "-c", script, line, cwd=self.folder, env={**os.environ, "HOME": str(self.folder)})
        return [line.split("\t")[0] for line in done.splitlines()]

    def test_bash_completes_commands_flags_and_values(self):
        words = [command.word for command in self.program.commands]
        self.assertLessEqual(set(words), set(self.bash("relayburn", "")))
        for command in self.program.commands:
            self.assertLessEqual(flags(command), set(self.bash("relayburn", command.word, "-")), command.word)
            self.assertIn("--storage", self.bash("relayburn", command.word, "--s"))
        self.assertEqual(self.bash("relayburn", "an"), ["analyze"])
        self.assertEqual(self.bash("relayburn", "ingest", "--source", "co"), ["codex"])
        self.assertEqual(self.bash("relayburn", "ingest", "--source", "=", "co"), ["codex"])
        self.assertEqual(self.bash("relayburn", "analyze", "--sort", ""), ["cost", "tokens", "turns", "name"])
        self.assertEqual(self.bash("relayburn", "analyze", "--by", "day,mod"), ["day,model"])
        self.assertEqual(self.bash("relayburn", "analyze", "--log-level", "w"), ["warning"])
        # A value may be called like a command.
        self.assertEqual(self.bash("relayburn", "--host-label", "status", "an"), ["analyze"])
        self.assertEqual(self.bash("relayburn", "analyze", "--since", ""), [])

    def test_bash_completes_files_and_folders(self):
        (self.folder / "logs").mkdir(exist_ok=True)
        (self.folder / "log.jsonl").touch()
        self.assertEqual(sorted(self.bash("relayburn", "ingest", "--path", "lo")), ["log.jsonl", "logs"])
        self.assertEqual(self.bash("relayburn", "--home", "lo"), ["logs"])

    def test_fish_completes_commands_flags_and_values(self):
        self.need("fish")
        self.assertEqual(self.fish("relayburn an"), ["analyze"])
        self.assertEqual(self.fish("relayburn analyze --sort t"), ["tokens", "turns"])
        for command in self.program.commands:
            offered = self.fish(f"relayburn {command.word} --")
            self.assertLessEqual({flag for flag in flags(command) if flag.startswith("--")}, set(offered), command.word)

    def test_zsh_reads_its_file(self):
        self.need("zsh")
        run("zsh", "-n", self.folder / "_relayburn")


class Units(Packaging):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for source in (PACKAGING / "systemd").iterdir():
            text = source.read_text(encoding="utf-8").replace("@program@", str(PROGRAM))
            (cls.folder / source.name.removesuffix(".in")).write_text(text, encoding="utf-8")

    def units(self, suffix):
        found = sorted(self.folder.glob(f"*{suffix}"))
        self.assertEqual(len(found), 2)
        return found

    def test_systemd_finds_no_fault(self):
        self.need("systemd-analyze")
        for kind, unit in (("user", "relayburn"), ("system", "relayburn@")):
            for suffix in (".service", ".timer"):
                done = subprocess.run(["systemd-analyze", f"--{kind}", "--man=no", "verify", self.folder / f"{unit}{suffix}"],
                                      capture_output=True, text=True, check=False,
                                      env={**os.environ, "XDG_RUNTIME_DIR": str(self.folder)})
                faults = [line for line in done.stderr.splitlines() if "relayburn" in line]
                self.assertEqual((done.returncode, faults), (0, []), done.stderr)

    def test_they_bound_memory_and_time(self):
        for service in self.units(".service"):
            lines = service.read_text().splitlines()
            self.assertIn("MemoryMax=1G", lines)
            self.assertIn("TimeoutStartSec=15min", lines)

    def test_they_run_every_five_minutes(self):
        self.need("systemd-analyze")
        for timer in self.units(".timer"):
            [when] = re.findall(r"^OnCalendar=(.*)$", timer.read_text(), re.MULTILINE)
            out = run("systemd-analyze", "calendar", "--iterations=3", when, env={**os.environ, "TZ": "UTC"})
            minutes = [int(found) for found in re.findall(r"(?:elapse|#\d+): .* \d\d:(\d\d):00 UTC", out)]
            self.assertEqual([(b - a) % 60 for a, b in zip(minutes, minutes[1:])], [5, 5], out)

    def test_the_program_knows_what_they_say(self):
        [ingest] = [command for command in self.program.commands if command.word == "ingest"]
        known = flags(self.program) & (flags(ingest) | {name for option in self.program.options for name in option.names})
        for service in self.units(".service"):
            [line] = re.findall(r"^ExecStart=(.*)$", service.read_text(), re.MULTILINE)
            self.assertTrue(line.startswith(f"{PROGRAM} ingest "))
            self.assertLessEqual(set(FLAG.findall(line)), known)


del Packaging  # no test itself

if __name__ == "__main__":
    unittest.main()
