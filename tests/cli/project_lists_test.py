#!/usr/bin/env python3
"""Which projects a host hands on: lists of patterns over directories and remotes."""

import opencode_logs as opencode
from harness import WRONG_USAGE, CliTest, assistant, codex, main, session_meta, token_count, user

SECRET = "/home/dev/secret"
SHOP = "/home/dev/shop"


def without_cwd(line):
    return {key: value for key, value in line.items() if key != "cwd"}


class Lists(CliTest):
    def sessions_of(self, *arguments, **settings):
        """Those in a ledger of its own after an ingest under these lists."""
        self.count = getattr(self, "count", 0) + 1
        env = self.environment(RELAYBURN_HOME=str(self.root / f"relayburn{self.count}"), **settings)
        self.ingest_logs(*arguments, env=env)
        return sorted({record.get("sessionId") for record in self.export(env=env)})

    def two_projects(self):
        self.write_log("shop.jsonl", user(session="shop"), assistant("msg_1", session="shop"))
        self.write_log("secret.jsonl", user("Hidden", session="hidden", cwd=SECRET),
                       assistant("msg_2", session="hidden", cwd=SECRET + "/deeper"))

    def test_patterns(self):
        self.two_projects()
        both, shop = ["hidden", "shop"], ["shop"]
        for patterns, expected in {
            SECRET: shop, SECRET + "/": shop, "/home/*/secret": shop, "/home/dev/se?ret": shop, "*secret*": shop,
            "/home/dev/secre": both, "secret": both, "/home/dev/other,*/[s]ecret": shop, "": both,
        }.items():
            self.assertEqual(self.sessions_of(RELAYBURN_PROJECT_DENY=patterns), expected, patterns)

    def test_deny_goes_before_allow(self):
        self.two_projects()
        self.assertEqual(self.sessions_of("--project-allow", SHOP), ["shop"])
        self.assertEqual(self.sessions_of("--project-allow", "/home/*"), ["hidden", "shop"])
        self.assertEqual(self.sessions_of("--project-allow", "/home/*", "--project-deny", SECRET), ["shop"])
        self.assertEqual(self.sessions_of("--project-allow", "/elsewhere"), [])
        self.assertEqual(self.sessions_of("--project-deny", SHOP, "--project-deny", SECRET), [])

    def test_from_the_file(self):
        self.two_projects()
        home = self.root / "configured"
        home.mkdir(mode=0o700)
        (home / "config.toml").write_text('project_deny = ["/srv/*", "~/secret"]\nproject_allow = ["*"]\n')
        env = self.environment(RELAYBURN_HOME=str(home), HOME="/home/dev")
        self.ingest_logs(env=env)
        self.assertEqual({record["sessionId"] for record in self.export(env=env)}, {"shop"})

    def test_a_list_must_be_a_list(self):
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text('project_deny = "/srv"\n')
        self.assertIn(b"config.toml:1", self.run_program("ingest", expect=WRONG_USAGE).err)

    def test_a_repository_is_known_by_its_remote(self):
        checkout = self.root / "checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/secret.git\n')
        self.write_log("a.jsonl", assistant("msg_1", session="hidden", cwd=str(checkout / "src")))
        self.write_log("b.jsonl", assistant("msg_2", session="shop"))
        for pattern in ("github.com/acme/secret", "github.com/acme", "*acme*"):
            self.assertEqual(self.sessions_of("--project-deny", pattern), ["shop"], pattern)
        self.assertEqual(self.sessions_of("--project-allow", "github.com/*"), ["hidden"])

    def test_each_line_goes_by_its_own_directory(self):
        self.write_log("a.jsonl", assistant("msg_1", session="s"), assistant("msg_2", session="s", cwd=SECRET),
                       assistant("msg_3", session="s"))
        self.ingest_logs("--project-deny", SECRET)
        self.assertEqual({turn["messageId"] for turn in self.export("turn")}, {"msg_1", "msg_3"})

    def test_a_line_without_a_directory_goes_with_the_one_before_also_across_a_cut(self):
        log = self.write_log("a.jsonl", assistant("msg_1", session="hidden", cwd=SECRET),
                             without_cwd(assistant("msg_2", session="hidden")), assistant("msg_3", session="shop"))
        self.ingest_logs("--project-deny", SECRET)
        self.write_log("b.jsonl", without_cwd(assistant("msg_6", session="elsewhere")))
        with open(log, "ab") as out:
            more = self.write_log("c.jsonl", without_cwd(assistant("msg_4", session="hidden")),
                                  without_cwd(assistant("msg_5", session="shop")))
            out.write(more.read_bytes())
            more.unlink()
        self.ingest_logs("--project-deny", SECRET)
        self.assertEqual({turn["messageId"] for turn in self.export("turn")}, {"msg_3", "msg_5", "msg_6"})

    def test_nothing_of_its_text_is_stored_anywhere(self):
        """But in the place where reading stopped, which a host keeps for itself: the log's path and the directory."""
        self.two_projects()
        self.ingest_logs("--project-deny", SECRET, env=self.environment(RELAYBURN_CONTENT_STORE="full"))
        written = self.written()
        self.assertIn(b"msg_1", written)
        for text in (b"msg_2", b"uuid-msg_2", b"deeper\"", b"Hidden"):
            self.assertNotIn(text, written)

    def test_what_was_left_out_comes_with_full(self):
        self.two_projects()
        self.ingest_logs("--project-deny", SECRET)
        again = self.ingest_logs("--project-deny", SECRET)
        self.assert_nothing_read(again)
        self.assert_nothing_read(self.ingest_logs())
        self.assertEqual(self.ingest_logs("--full")["records"]["turn"]["inserted"], 1)
        self.assertIn(b"--full", self.run_program("ingest", "--help").out)

    def test_codex(self):
        total = iter(range(10, 100, 10))

        def counted():
            used = next(total)
            return token_count((used, 0, 1, 0), (10, 0, 1, 0))

        call = codex("response_item", type="function_call", name="shell", call_id="c", arguments='{"command":["ls"]}')
        self.write_log("rollout-2026-03-02T10-00-00-a.jsonl", session_meta("hidden") | {"payload": {"id": "hidden", "cwd": SECRET}},
                       counted(), call, codex("turn_context", cwd=SHOP, model="gpt-5"), counted(),
                       codex("turn_context", cwd=SECRET, model="gpt-5"), counted())
        self.write_log("rollout-2026-03-02T10-00-00-b.jsonl", session_meta("remote", git={
            "repository_url": "https://github.com/acme/secret"}), counted())
        self.ingest_logs("--project-deny", SECRET, "--project-deny", "github.com/acme")
        self.assertEqual([(turn["sessionId"], turn["cwd"], turn["usage"] if "usage" in turn else turn["input"])
                          for turn in self.export("turn")], [("hidden", SHOP, 10)])
        self.assertEqual(self.export("tool_call"), [])

    def test_opencode(self):
        for name, directory in (("ses_hidden", SECRET), ("ses_shop", SHOP)):
            asked = opencode.user("msg_user1" + name)
            answer = opencode.reply("msg_" + name, parts=[opencode.tool()])
            answer.data["path"]["cwd"] = directory
            session = opencode.Session(asked, answer, id=name, directory=directory)
            opencode.write_tree(self.logs / "storage", session)
        self.ingest_logs("--project-deny", SECRET)
        self.assertEqual({record["sessionId"] for record in self.export()}, {"ses_shop"})


if __name__ == "__main__":
    main()
