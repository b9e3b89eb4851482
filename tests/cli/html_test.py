#!/usr/bin/env python3
"""The page that `analyze --html` writes, as a file: whole, replaced at once, and with nothing of a log as markup."""

import base64
import hashlib
import os
import re
import stat
from html.parser import HTMLParser

from harness import FAILED, WRONG_USAGE, CliTest, assistant, main

VOID = {"meta", "rect", "line"}
NASTY = ["</title><script>alert(1)</script>", "\" onload=\"alert(1)", "'><img src=x onerror=alert(1)>", "&lt;b&gt;", "]]>--><!--",
         "\u202eevil\x1b[31m", "</style><style>*{display:none}", "javascript:alert(1)"]


class Structure(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.stack, self.tags, self.attributes, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.stack, self.stack

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_endtag(self, tag):
        assert self.stack and self.stack.pop() == tag, (tag, self.stack)

    def handle_data(self, data):
        self.words.append(data)


class Page(CliTest):
    def setUp(self):
        super().setUp()
        lines = [assistant(f"msg_{k}", 5, model=name, session=f"s-{k}", cwd="/" + name, ts=f"2026-03-0{k + 1}T10:00:00Z",
                           gitBranch=name) for k, name in enumerate(NASTY)]
        self.write_log("a.jsonl", *lines, assistant("msg_x", 1000, ts="2026-03-20T10:00:00Z"), assistant("msg_y", 1, ts=None))
        self.ingest_logs()

    def page(self, *arguments):
        return self.run_program("analyze", "--html", "-", *arguments, env=self.environment(RELAYBURN_HOST_LABEL=NASTY[0])).text

    def test_it_is_whole_and_needs_nothing(self):
        text = self.page("--by", "model,branch", "--by", "session")
        page = Structure(text)
        self.assertEqual((page.tags.count("script"), page.tags.count("style"), page.tags.count("img")), (1, 1, 0))
        self.assertNotRegex(text, r"(?i)https?://|@import|url\(|src=x onerror=alert\(1\)>")
        for name in ("href", "src", "style", "onload", "onerror", "onclick"):
            self.assertNotIn(name, page.attributes)
        for name in NASTY[:5]:
            self.assertTrue(any(name in word for word in page.words), name)
        for bad in ("\x1b", "\u202e"):
            self.assertNotIn(bad, text)

    def test_its_policy_allows_its_own_style_and_script_alone(self):
        text = self.page()
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        self.assertTrue(policy.startswith("default-src 'none'; "), policy)
        self.assertNotIn("unsafe", policy)
        for tag in ("style", "script"):
            content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            self.assertIn(f"{tag}-src 'sha256-{digest}'", policy)

    def test_days_without_data_are_shown(self):
        self.assertEqual(self.page().count('<g class="day">'), 2 * 20)  # 1 to 20 March, in each of two charts
        self.assertIn("<title>Tue 2026-03-10: nothing</title>", self.page())
        page = self.page("--since", "2026-03-10", "--until", "2026-04-01")
        self.assertEqual(page.count('<g class="day">'), 2 * 22)

    def test_far_bounds_do_not_blow_it_up(self):
        self.write_log("b.jsonl", assistant("msg_old", 1, ts="1970-01-01T00:00:00Z"))
        self.ingest_logs()
        for bounds in ([], ["--since", "0001-01-01"], ["--until", "9999-12-31"]):
            page = self.page(*bounds)
            self.assertEqual(page.count('<g class="day">'), 2 * 366, bounds)
            self.assertIn("the last 366 days are shown", page)

    def test_the_bytes_are_those_of_any_other_time(self):
        bounds = ("--since", "2026-03-01", "--until", "2026-04-01")
        self.assertEqual(self.page(*bounds), self.page(*bounds))

    def test_nothing_to_show(self):
        self.assertIn("No turns.", self.page("--since", "2030-01-01"))
        Structure(self.page("--since", "2030-01-01"))

    def test_only_turns_without_a_time_or_price(self):
        self.assertIn("no price", self.page("--model", NASTY[0]))
        self.write_log("c.jsonl", assistant("msg_z", 7, model="timeless", ts=None))
        self.ingest_logs()
        self.assertNotIn('class="chart"', self.page("--model", "timeless"))


class TheFile(CliTest):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        self.folder = self.root / "out"
        self.folder.mkdir()

    def write(self, path, flag="--html", **options):
        return self.run_program("analyze", flag, path, **options)

    def test_a_page_is_for_its_owner_and_metrics_for_everybody_whatever_the_umask(self):
        for umask in (0, 0o022, 0o077):
            for flag, mode in (("--html", 0o600), ("--prometheus", 0o644)):
                path = self.folder / f"{flag}-{umask}"
                self.write(path, flag, umask=umask)
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode, (flag, umask))

    def test_it_is_replaced_at_once_and_keeps_its_mode(self):
        path = self.folder / "report.html"
        path.write_text("old")
        for flag, mode in (("--html", 0o640), ("--html", 0o604), ("--prometheus", 0o600)):
            path.chmod(mode)
            with open(path, encoding="utf-8") as reader:
                old = reader.read()
                reader.seek(0)
                self.assertEqual(self.write(path, flag, umask=0).out, b"")
                self.assertEqual(reader.read(), old, "who reads the old one reads on")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode)
        self.write(path)
        self.assertTrue(path.read_text().endswith("</html>\n"))
        self.assertEqual(os.listdir(self.folder), ["report.html"])

    def test_a_link_stays_and_devices_are_written_to(self):
        (self.folder / "link").symlink_to(self.folder / "real")
        (self.folder / "real").write_text("old")
        self.write(self.folder / "link")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertIn("</html>", (self.folder / "real").read_text())
        self.write("/dev/null")
        self.assertIn(b"</html>", self.write("/dev/stdout").out)

    def test_what_cannot_be_written_is_an_error_and_leaves_nothing(self):
        for path in (self.folder / "none" / "x.html", self.folder):
            result = self.write(path, expect=FAILED)
            self.assertIn(str(path).encode(), result.err)
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(list(self.root.glob("*.new")), [])

    def test_a_name_is_needed(self):
        for flag in ("--html", "--prometheus"):
            self.assertEqual(self.write("", flag, expect=WRONG_USAGE).out, b"")

    def test_formats_exclude_each_other(self):
        for other in (["--json"], ["--csv"], ["--markdown"], ["--prometheus", "-"]):
            self.run_program("analyze", "--html", "-", *other, expect=WRONG_USAGE)


if __name__ == "__main__":
    main()
