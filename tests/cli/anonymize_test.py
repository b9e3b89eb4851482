#!/usr/bin/env python3
"""Projects under names that only who has the key can make."""

import hashlib
import hmac

from harness import DONE, WRONG_USAGE, CliTest, assistant, main, session_meta, token_count

FIELDS = ("cwd", "remote", "branch", "filePath")


class Names(CliTest):
    def setUp(self):
        super().setUp()
        self.checkout = self.root / "checkout-of-zeppelin"
        (self.checkout / ".git").mkdir(parents=True)
        (self.checkout / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/zeppelin.git\n')
        read = {"type": "tool_use", "id": "t-1", "name": "Read", "input": {"file_path": str(self.checkout / "zeppelin.txt")}}
        self.claude = self.write_log("-home-zeppelin/a.jsonl", *[
            assistant(f"msg_{n}", 10 + n, cwd=str(self.checkout), gitBranch="zeppelin-2", content=[read]) for n in range(3)])
        self.codex = self.write_log(
            "rollout-2026-03-02T10-00-00-a.jsonl",
            session_meta(git={"branch": "zeppelin", "repository_url": "https://github.com/acme/zeppelin"})
            | {"payload": {"id": "c-1", "cwd": str(self.checkout), "git": {
                "branch": "zeppelin", "repository_url": "https://github.com/acme/zeppelin"}}},
            token_count((10, 0, 5, 0)))
        self.write_log("b.jsonl", assistant("msg_b", session="s-2", cwd="/srv/other"))

    def key(self, home=None):
        return ((home or self.ledger_home) / "anonymize.key").read_text().strip()

    def name(self, text, key):
        return "anon:" + hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:16]

    def test_no_name_is_stored_and_each_is_made_of_the_key(self):
        self.ingest_logs("--anonymize-projects")
        key = self.key()
        self.assertRegex(key, "^[0-9a-f]{64}$")
        names = {record[field] for record in self.export() for field in FIELDS if field in record}
        self.assertEqual(names, {self.name(text, key) for text in (
            str(self.checkout), "/srv/other", "github.com/acme/zeppelin", "zeppelin", "zeppelin-2",
            str(self.checkout / "zeppelin.txt"))})
        self.assertNotIn(b"zeppelin", self.written().lower())

    def test_figures_and_groups_are_the_same(self):
        plain = self.environment(RELAYBURN_HOME=str(self.root / "plain"))
        self.ingest_logs(env=plain)
        self.ingest_logs("--anonymize-projects")
        self.assertEqual(self.analyze()["totals"], self.analyze(env=plain)["totals"])
        figures = lambda rows: sorted((row["turns"], row["costUsd"]) for row in rows)
        self.assertEqual(figures(self.table("project")), figures(self.table("project", env=plain)))
        name = self.name("github.com/acme/zeppelin", self.key())
        self.assertIn(name, [row["project"] for row in self.table("project")])
        self.assertEqual(self.analyze("--project", name)["totals"]["turns"], 4)

    def test_hosts_that_share_a_key_share_the_names(self):
        key = self.root / "team.key"
        key.write_text("ab" * 32 + "\n")
        key.chmod(0o600)
        digests = set()
        for host in ("one", "two"):
            env = self.environment(RELAYBURN_HOME=str(self.root / host), RELAYBURN_ANONYMIZE_PROJECTS="true",
                                   RELAYBURN_ANONYMIZE_KEY=str(key))
            self.ingest_logs(env=env)
            digests.add(self.digest(env=env))
            self.assertFalse((self.root / host / "anonymize.key").exists())
        self.assertEqual(len(digests), 1)
        self.ingest_logs("--anonymize-projects")
        self.assertNotIn(self.digest(), digests)

    def test_a_log_is_read_on_wherever_it_was_cut(self):
        whole = self.environment(RELAYBURN_HOME=str(self.root / "whole"))
        key = self.root / "team.key"
        key.write_text("cd" * 32)
        key.chmod(0o600)
        options = ("--anonymize-projects", "--anonymize-key", key)
        self.ingest_logs(*options, env=whole)
        for log in (self.claude, self.codex):
            bytes_of_log = log.read_bytes()
            for end in range(0, len(bytes_of_log), 97):
                log.write_bytes(bytes_of_log[:end])
                self.ingest_logs(*options)
            log.write_bytes(bytes_of_log)
        self.ingest_logs(*options)
        self.assertEqual(self.digest(), self.digest(env=whole))
        self.assertNotIn(b"zeppelin", self.written().lower())
        self.assert_nothing_read(self.ingest_logs(*options))

    def test_the_key_is_for_its_owner_alone(self):
        self.ingest_logs("--anonymize-projects", umask=0)
        path = self.ledger_home / "anonymize.key"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        path.chmod(0o640)
        result = self.run_program("ingest", "--anonymize-projects", expect=WRONG_USAGE)
        self.assertIn(b"chmod 600", result.err)
        self.assertNotIn(path.read_bytes().strip(), result.err)

    def test_a_file_that_holds_no_key_is_refused(self):
        path = self.root / "k"
        for text in ("", "secretsecret", "ab" * 15, "AB" * 32, "ab" * 4000):
            path.write_text(text)
            path.chmod(0o600)
            result = self.run_program("ingest", "--anonymize-projects", "--anonymize-key", path, expect=WRONG_USAGE)
            self.assertIn(b"holds no key", result.err)
            if text:
                self.assertNotIn(text.encode(), result.err)
        self.assertNotEqual(self.run_program("ingest", "--anonymize-projects", "--anonymize-key", self.root / "none",
                                             expect=None).status, DONE)

    def test_content_would_tell_the_names(self):
        env = self.environment(RELAYBURN_CONTENT_STORE="full", RELAYBURN_ANONYMIZE_PROJECTS="1")
        self.assertIn(b"content_store", self.run_program("ingest", env=env, expect=WRONG_USAGE).err)

    def test_a_dry_run_makes_no_key(self):
        self.ingest_logs("--anonymize-projects", "--dry-run")
        self.assertFalse((self.ledger_home / "anonymize.key").exists())

    def test_from_the_file_and_what_is_no_truth_value(self):
        self.ledger_home.mkdir(mode=0o700)
        config = self.ledger_home / "config.toml"
        config.write_text("anonymize_projects = true\n")
        self.ingest_logs()
        self.assertTrue(all(turn["cwd"].startswith("anon:") for turn in self.export("turn")))
        self.ingest_logs("--full", env=self.environment(RELAYBURN_ANONYMIZE_PROJECTS="0"))
        config.write_text('anonymize_projects = "yes"\n')
        self.assertIn(b"config.toml:1", self.run_program("ingest", expect=WRONG_USAGE).err)
        config.unlink()
        env = self.environment(RELAYBURN_ANONYMIZE_PROJECTS="perhaps")
        self.assertIn(b"RELAYBURN_ANONYMIZE_PROJECTS", self.run_program("ingest", env=env, expect=WRONG_USAGE).err)

    def test_lists_go_by_the_names_that_people_know(self):
        self.ingest_logs("--anonymize-projects", "--project-deny", "github.com/acme")
        self.assertEqual([turn["messageId"] for turn in self.export("turn")], ["msg_b"])


if __name__ == "__main__":
    main()
