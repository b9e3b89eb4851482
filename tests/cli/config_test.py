#!/usr/bin/env python3
"""`relayburn config`: what is in force and where it comes from."""

import json

from harness import WRONG_USAGE, CliTest, assistant, clean_environment, main


class Config(CliTest):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        self.ledger_home.mkdir()

    def config(self, text):
        path = self.ledger_home / "config.toml"
        path.write_text(text)
        path.chmod(0o600)
        return path

    def settings(self, *arguments, **more):
        return self.run_program(*arguments, "config", "--json", env=self.environment(**more)).json["settings"]

    def test_each_value_says_where_it_comes_from(self):
        path = self.config('\ntimezone = "Asia/Tokyo"\npool_size = 7\nallow_plaintext_hosts = ["a", "b"]\nquiet = true\nsplay = 9\n')
        settings = self.settings("--log-level", "debug", TZ=None, RELAYBURN_STORAGE="file")
        for name, value, origin, place in (
                ("log_level", "debug", "flag", "--log-level"), ("storage", "file", "environment", "RELAYBURN_STORAGE"),
                ("timezone", "Asia/Tokyo", "file", f"{path}:2"), ("pool_size", 7, "file", f"{path}:3"),
                ("allow_plaintext_hosts", ["a", "b"], "file", f"{path}:4"), ("quiet", True, "file", f"{path}:5"),
                ("splay", 9, "file", f"{path}:6")):
            self.assertEqual(settings[name], {"value": value, "origin": origin, "place": place})
        for name, value in (("interval", 30), ("database_url", None), ("progress", "auto"), ("allow_plaintext_hosts", ["a", "b"]),
                            ("sqlite_path", f"{self.ledger_home}/burn.sqlite")):
            self.assertEqual(settings[name]["value"], value)
        self.assertEqual(settings["interval"]["origin"], "default")

    def test_what_only_the_machine_says_is_shown_too(self):
        settings = self.settings(TZ=None, RELAYBURN_HOST_LABEL=None)
        self.assertIn("@", settings["host_label"]["value"])
        self.assertTrue(settings["timezone"]["value"])

    def test_a_storage_that_nobody_knows_is_named_with_its_place(self):
        path = self.config('\nstorage = "mysql"\n')
        for place, arguments, more in ((f"{path}:2", (), {"RELAYBURN_STORAGE": None}), ("RELAYBURN_STORAGE", (), {"RELAYBURN_STORAGE": "mysql"}),
                                       ("--storage", ("--storage", "mysql"), {})):
            for form in ((), ("--json",)):
                result = self.run_program(*arguments, "config", *form, env=self.environment(**more), expect=WRONG_USAGE)
                self.assertIn(f"{place}: there is no storage 'mysql'", result.err.decode())
                self.assertIn(b"sqlite, file or postgres", result.err)
                self.assertIn(b"mysql", result.out)
        empty = self.root / "plugins"
        empty.mkdir()
        for name in ("sqlite", "file", "postgres"):  # which may be installed later
            self.settings(RELAYBURN_STORAGE=name, RELAYBURN_PLUGIN_PATH=str(empty))

    def test_no_password_is_shown(self):
        for url in ("postgresql://me:geheim@db/x", "host=db password=geheim", "postgresql://me@db/x?password=geheim",
                    "host=db password='ge\\'heim' user=me", "nonsense geheim"):
            result = self.run_program("config", env=self.environment(RELAYBURN_STORAGE="sqlite", RELAYBURN_DATABASE_URL=url))
            self.assertNotIn(b"heim", result.out + result.err)
            self.assertIn(b"RELAYBURN_DATABASE_URL", result.out)

    def test_for_people_a_line_each(self):
        lines = self.run_program("config").text.splitlines()
        self.assertEqual(len(lines), len(self.settings()))
        self.assertIn(["interval", "30", "default"], [line.split() for line in lines])

    def test_every_key_can_stand_in_the_file_but_home(self):
        choices = {"storage": "file", "content_store": "full", "progress": "never", "log_level": "error", "log_format": "json",
                   "timezone": "UTC", "content_ttl": "90d", "prices_update": "7d"}

        def toml(name, value):
            if isinstance(value, list):
                return "[]"
            if isinstance(value, (bool, int)):
                return json.dumps(value)
            return json.dumps(choices.get(name, "/x"))

        values = {name: setting["value"] for name, setting in self.settings().items() if name != "home"}
        names = list(values)
        path = self.config("".join(f"{name} = {toml(name, value)}\n" for name, value in values.items()))
        bare = clean_environment(RELAYBURN_HOME=str(self.ledger_home))
        del bare["TZ"]
        settings = self.run_program("config", "--json", env=bare).json["settings"]
        for line, name in enumerate(names, 1):
            self.assertEqual((settings[name]["origin"], settings[name]["place"]), ("file", f"{path}:{line}"), name)

    def test_values_that_are_not_allowed_are_exit_2_with_the_line(self):
        for text in ('interval = 0', 'interval = "5"', 'splay = 86401', 'quiet = 1', 'progress = "some"', 'log_level = "loud"',
                     'log_format = "xml"', 'prices_update = "weekly"', 'quite = true'):
            path = self.config(f"\n{text}\n")
            self.assertIn(f"{path}:2".encode(), self.run_program("config", expect=WRONG_USAGE).err, text)


class FromTheFileAlone(CliTest):
    """As under cron: HOME and a file, nothing else. The machine's own config.toml would have a say too."""

    def test_ingest_and_report(self):
        home = self.home / ".relayburn"
        home.mkdir()
        logs = self.home / "logs" / "claude" / "projects" / "p"
        logs.mkdir(parents=True)
        self.write_log("a.jsonl", assistant())
        (self.logs / "a.jsonl").rename(logs / "a.jsonl")
        database = self.database() or {}
        lines = [f'storage = "{self.storage}"', 'timezone = "Europe/Berlin"', 'host_label = "cron"', "quiet = true",
                 'claude_config_dir = "~/logs/claude"', *(f'{name[10:].lower()} = "{value}"' for name, value in database.items())]
        (home / "config.toml").write_text("\n".join(lines))
        (home / "config.toml").chmod(0o600)
        bare = {name: value for name, value in clean_environment(HOME=str(self.home)).items() if name != "TZ"}
        result = self.run_program("ingest", env=bare)
        self.assertEqual((result.out, result.err), (b"", b""))
        report = self.analyze("--by", "host", env=bare)
        self.assertEqual((report["storage"], report["timezone"]), (self.storage, "Europe/Berlin"))
        self.assertEqual([(row["host"], row["turns"]) for row in report["tables"][0]["rows"]], [("cron", 1)])


if __name__ == "__main__":
    main()
