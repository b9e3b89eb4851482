#!/usr/bin/env python3
"""What the program makes is for its owner alone, whatever the umask."""

import stat

from harness import LOCAL_STORES, CliTest, assistant, main


class Modes(CliTest):
    def all_commands(self, umask):
        home = self.root / f"home-{umask:03o}" / "deep"
        env = self.environment(RELAYBURN_HOME=str(home), RELAYBURN_CONTENT_STORE="full")
        anonymous = self.environment(RELAYBURN_HOME=str(home), RELAYBURN_ANONYMIZE_PROJECTS="1")
        copies = [f"sqlite:{home}/copy/burn.sqlite", f"file:{home}/copied"] if self.storage in LOCAL_STORES else []
        for command in [["ingest", "--path", self.logs], ["stamp", "--session", "s-1", "a=b"], ["migrate"], ["status"],
                        ["analyze", "--ingest"], ["prune", "--older-than", "1d"], ["forget", "--session", "s-2"],
                        *[["copy", "--from", self.storage, "--to", place] for place in copies]]:
            self.run_program(*command, env=env, umask=umask)
        self.run_program("ingest", "--full", "--path", self.logs, env=anonymous, umask=umask)
        return home

    def test_files_0600_and_folders_0700(self):
        for umask in (0, 0o022, 0o077):
            self.write_log("a.jsonl", assistant(), assistant("msg_2", session="s-2"))
            home = self.all_commands(umask)
            made = [home.parent, home, *home.rglob("*")]
            self.assertGreater(len(made), 6 if self.storage in LOCAL_STORES else 3)
            for path in made:
                wanted = 0o700 if path.is_dir() else 0o600
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), wanted, path)

    def test_what_was_open_before_is_left_as_it_is(self):
        """A folder that somebody opened to others on purpose is theirs to close."""
        self.ledger_home.mkdir(mode=0o755)
        self.ledger_home.chmod(0o755)
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        self.assertEqual(stat.S_IMODE(self.ledger_home.stat().st_mode), 0o755)
        for path in self.ledger_home.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    main()
