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

    def linked_projects(self):
        """A folder, and a link to it."""
        folder, link = self.root / "data" / "private", self.home / "private"
        folder.mkdir(parents=True)
        link.symlink_to(folder)
        return str(folder), str(link)

    def test_a_link_and_where_it_leads_are_one_folder(self):
        folder, link = self.linked_projects()
        for number, cwd in enumerate((folder, link, folder + "/deeper", link + "/gone/deeper")):
            self.write_log(f"{number}.jsonl", user(session=f"hidden-{number}", cwd=cwd))
        self.write_log("shop.jsonl", user(session="shop"))
        hidden = [f"hidden-{number}" for number in range(4)]
        parent = str(self.home)
        for pattern in ("~/private", folder, link, f"{parent}/private", f"{parent}//private/", f"{parent}/./x/../private",
                        f"{self.root}/data/../data/private", f"{self.root}/home/../data/priv*"):
            self.assertEqual(self.sessions_of("--project-deny", pattern), ["shop"], pattern)
        for pattern in ("~/private", folder):
            self.assertEqual(self.sessions_of("--project-allow", pattern), hidden, pattern)
        self.assertEqual(self.sessions_of("--project-deny", "~/private/*"), ["hidden-0", "hidden-1", "shop"])

    def test_directories_with_detours(self):
        for number, cwd in enumerate(("/home/dev/shop/../secret", "/home//dev/secret", "/home/dev/./secret/", "/../home/dev/secret/x")):
            self.write_log(f"{number}.jsonl", user(session=f"hidden-{number}", cwd=cwd))
        self.write_log("shop.jsonl", user(session="shop", cwd=SHOP))
        self.assertEqual(self.sessions_of("--project-deny", SECRET), ["shop"])

    def test_wildcards_in_the_name_of_a_real_folder_are_none(self):
        for name in ("[ab]", "a"):
            (self.root / name).mkdir()
        (self.home / "link").symlink_to(self.root / "[ab]")
        self.write_log("1.jsonl", user(session="hidden", cwd=str(self.root / "[ab]")))
        self.write_log("2.jsonl", user(session="shop", cwd=str(self.root / "a")))
        self.assertEqual(self.sessions_of("--project-deny", "~/link"), ["shop"])

    def test_the_home_of_somebody_else_is_wrong_usage(self):
        for arguments in (["--project-deny", "~root/x"], ["--project-allow", "~x"]):
            self.assertIn(b"is not expanded", self.run_program("ingest", *arguments, expect=WRONG_USAGE).err)
        self.run_program("ingest", env=self.environment(RELAYBURN_PROJECT_DENY="/a,~root/x"), expect=WRONG_USAGE)
        self.ledger_home.mkdir()
        (self.ledger_home / "config.toml").write_text('project_deny = ["/a", "~root/x"]\n')
        self.assertIn(b"config.toml:1", self.run_program("ingest", expect=WRONG_USAGE).err)

    def test_what_ran_somewhere_unknown_is_not_sent_where_something_is_denied(self):
        self.write_log("a.jsonl", without_cwd(user(session="unknown")), without_cwd(assistant("msg_1", session="unknown")))
        self.write_log("b.jsonl", without_cwd(user(session="late")), user(session="late", cwd=SECRET, uuid="u2"))
        self.write_log("shop.jsonl", user(session="shop"))
        self.assertEqual(self.sessions_of("--project-deny", SECRET), ["shop"])
        self.assertEqual(self.sessions_of("--project-allow", SHOP), ["shop"])
        self.assertEqual(self.sessions_of(), ["late", "shop", "unknown"])

    def test_denied_files_are_not_named_in_calls_of_other_projects(self):
        folder, link = self.linked_projects()
        checkout = self.root / "checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/denied.git\n')
        paths = [f"{folder}/a.txt", f"{link}/b.txt", f"{checkout}/src/c.txt", "../secret/d.txt", SHOP + "/e.txt"]
        calls = [{"type": "tool_use", "id": f"t{number}", "name": "Read", "input": {"file_path": path}} for number, path in enumerate(paths)]
        self.write_log("shop.jsonl", assistant("msg_1", session="shop", cwd=SHOP, content=calls))
        deny = ["--project-deny", "~/private", "--project-deny", SECRET, "--project-deny", "github.com/acme/denied"]
        self.ingest_logs(*deny)
        found = {call["toolUseId"]: call for call in self.export("tool_call")}
        self.assertEqual([found[f"t{number}"].get("filePath") for number in range(5)], [None] * 4 + [SHOP + "/e.txt"])
        plain = self.environment(RELAYBURN_HOME=str(self.root / "plain"))
        self.ingest_logs(env=plain)
        hashes = {call["toolUseId"]: call["argsHash"] for call in self.export("tool_call", env=plain)}
        self.assertEqual([found[name]["argsHash"] == hashes[name] for name in sorted(found)], [False] * 4 + [True])
        written = self.written()
        for path in paths[:4]:
            self.assertNotIn(path.encode(), written)

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
        self.assertEqual({turn["messageId"] for turn in self.export("turn")}, {"msg_3", "msg_5"})

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
