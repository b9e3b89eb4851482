#!/usr/bin/env python3
"""A host without the postgres plugin, or without libpq: the other backends work, and this one says what to install."""

import shutil
import subprocess
import unittest

from harness import LOCAL_STORES, NO_PLUGIN, PROGRAM, CliTest, assistant, is_root, main

# Hides libpq from whatever runs in a mount namespace of its own.
WITHOUT_LIBPQ = '''
    folder=$(readlink -f "$(dirname "$(ldconfig -p | sed -n 's/.*libpq[.]so[.]5 .*=> //p' | head -n 1)")") &&
    mount -t tmpfs none "$SCRATCH" && mkdir "$SCRATCH/upper" "$SCRATCH/work" &&
    mount -t overlay -o "lowerdir=$folder,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" overlay "$folder" &&
    rm "$folder"/libpq.so.5* || exit 77
    exec "$@"
'''


class Absent(CliTest):
    only_on = ("postgres",)

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant())
        self.prefix = []

    def run_installed(self, program, storage, *arguments):
        environment = self.environment(RELAYBURN_STORAGE=storage, SCRATCH=str(self.root / "scratch"))
        return subprocess.run([*self.prefix, program, *arguments], env=environment, capture_output=True, cwd=self.root, timeout=60)

    def check(self, program, *hints):
        for storage in LOCAL_STORES:
            done = self.run_installed(program, storage, "ingest", "--quiet", "--path", self.logs)
            self.assertEqual((done.returncode, done.stderr), (0, b""), storage)
            self.assertIn(b'"turns":1', self.run_installed(program, storage, "analyze", "--json").stdout)
        for command in (["ingest", "--path", self.logs], ["analyze"], ["migrate"], ["status"]):
            done = self.run_installed(program, "postgres", *command)
            self.assertEqual(done.returncode, NO_PLUGIN, (command, done.stderr))
            if command != ["status"]:  # which has more to say
                self.assertEqual(done.stdout, b"", command)
            for hint in hints:
                self.assertIn(hint, done.stderr, command)
        listed = self.run_installed(program, "sqlite", "plugins")
        self.assertEqual(listed.returncode, 0)
        [line] = [line for line in listed.stdout.splitlines() if line.startswith(b"postgres")]
        self.assertNotIn(b"usable", line)

    def test_plugin_is_not_installed(self):
        """As where the build had no libpq-dev, or the package was left out."""
        tree = self.root / "tree"
        shutil.copytree(PROGRAM.parent.parent / "lib/relayburn", tree / "lib/relayburn", ignore=shutil.ignore_patterns("*postgres*"))
        (tree / "bin").mkdir()
        shutil.copy(PROGRAM, tree / "bin")
        self.check(tree / "bin/relayburn", b"postgres")

    @unittest.skipUnless(is_root(), "needs a mount namespace")
    def test_libpq_is_not_installed(self):
        (self.root / "scratch").mkdir()
        self.prefix = ["unshare", "-m", "sh", "-c", WITHOUT_LIBPQ, "sh"]
        if self.run_installed("true", "sqlite").returncode == 77:
            self.skipTest("no mount namespace here, or no overlay")
        self.check(PROGRAM, b"libpq", b"install libpq5")


if __name__ == "__main__":
    main()
