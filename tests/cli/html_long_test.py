#!/usr/bin/env python3
"""The page of `analyze --html` in a browser: it draws, sorts, fits, asks the network for nothing and obeys its own policy."""

import datetime
import sys

from chromium import CHROMIUM, Browser
from harness import SKIPPED, CliTest, assistant, main

MODELS = ["claude-opus-4-7", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "our-own-model"]
NASTY = "</title><script>document.title='owned'</script>\"' onclick=x <img src=http://127.0.0.1/x>"
COLUMN = "[...document.querySelectorAll('table.sortable')[0].tBodies[0].rows].map(row => row.cells[{}].dataset.key ?? null)"


class InABrowser(CliTest):
    needs_every_backend = False

    def setUp(self):
        super().setUp()
        start = datetime.datetime(2026, 3, 1, 10)
        lines = [assistant(f"msg_{day}_{k}", 100 * (day % 7) * k + 1, model=model, session=f"s-{day}", cwd=f"/home/dev/{k}",
                           ts=f"{start + datetime.timedelta(day):%Y-%m-%dT%H:%M:%SZ}")
                 for day in range(30) if day % 9 for k, model in enumerate(MODELS)]
        self.write_log("a.jsonl", *lines, assistant("msg_n", 50, model=NASTY, cwd=NASTY))
        self.ingest_logs()
        self.path = self.root / "page.html"
        self.run_program("analyze", "--html", self.path, env=self.environment(RELAYBURN_HOST_LABEL=NASTY))

    def test_the_page(self):
        with Browser() as browser:
            browser.open(self.path)
            self.assertEqual(browser.requests(), [f"file://{self.path}"])
            self.assertEqual(browser.complaints(), [])
            self.assertTrue(browser.evaluate("document.title").startswith("≥ $"))
            self.assertEqual(browser.evaluate("document.images.length + document.scripts.length"), 1)
            self.drawn(browser)
            self.sorted_by_clicks(browser)
            self.fits(browser)
            self.assertEqual(browser.complaints(), [])

    def drawn(self, browser):
        parts = browser.evaluate("[...document.querySelectorAll('#cost-title ~ .day .part')].map(part => part.getBoundingClientRect())"
                                 ".filter(box => box.width > 3 && box.height > 0).length")
        self.assertGreater(parts, 60)
        self.assertEqual(browser.evaluate("document.querySelectorAll('#cost-title ~ .day').length"), 29)
        unlabelled = "[...document.querySelectorAll('svg:not([aria-hidden])')].filter(svg => !svg.querySelector('title')).length"
        self.assertEqual(browser.evaluate(unlabelled), 0)
        self.assertEqual(browser.evaluate("[...document.querySelectorAll('th')].filter(th => !th.scope).length"), 0)

    def sorted_by_clicks(self, browser):
        def click(column):
            browser.evaluate(f"document.querySelectorAll('table.sortable')[0].tHead.rows[0].cells[{column}].firstElementChild.click()")
            return browser.evaluate(COLUMN.format(column))
        names = click(0)
        self.assertEqual(names, sorted(names))
        self.assertEqual(click(0), names[::-1])
        costs = click(8)
        known = [float(cost) for cost in costs if cost is not None]
        self.assertEqual(known, sorted(known, reverse=True))
        self.assertEqual(costs[len(known):], [None, None], "what has no price stays last")
        self.assertEqual([float(cost) for cost in click(8) if cost is not None], known[::-1])
        self.assertEqual(browser.evaluate(COLUMN.format(8))[-1], None)
        self.assertEqual(browser.evaluate("document.querySelectorAll('[aria-sort]').length"), 1)

    def fits(self, browser):
        colours = set()
        for is_dark in (False, True):
            for width in (360, 768, 1280):
                browser.look(width, is_dark=is_dark)
                self.assertLessEqual(browser.evaluate("document.documentElement.scrollWidth"), width)
                self.assertGreater(len(browser.screenshot()), 20000)
            colours.add(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(colours), 2)


if __name__ == "__main__":
    if not CHROMIUM:
        print("chromium is not installed")
        sys.exit(SKIPPED)
    main()
