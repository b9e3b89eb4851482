#!/usr/bin/env python3
"""Days, weeks and hours of real zones, held against those that Python knows."""

import subprocess
import unittest
from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from harness import PROGRAM, WRONG_USAGE, CliTest, assistant, in_mount_namespace, is_root, main

# When the clocks of each change: half an hour in Lord Howe; over midnight in Santiago; a whole day skipped in Apia.
CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00", "2026-10-25T01:00", "2026-12-31T23:00"),
    "America/New_York": ("2026-03-08T07:00", "2026-11-01T06:00", "2027-01-01T05:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
    "America/Santiago": ("2026-04-05T03:00", "2026-09-06T04:00"),
    "Pacific/Apia": ("2011-12-30T10:00",),
    "Asia/Kathmandu": ("2025-12-31T18:15",),
    "UTC": ("2026-12-28T00:00",),
}


def name_of(by, instant, zone):
    local = instant.astimezone(zone)
    if by == "day":
        return local.strftime("%Y-%m-%d")
    if by == "month":
        return local.strftime("%Y-%m")
    if by == "week":
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    offset = local.strftime("%z")
    return local.strftime("%Y-%m-%dT%H") + offset[:3] + ":" + offset[3:]


class Zones(CliTest):
    def around(self, changes):
        """Every quarter of an hour for a day and a half on both sides."""
        for change in changes:
            middle = datetime.fromisoformat(change).replace(tzinfo=timezone.utc)
            for step in range(-144, 145):
                yield middle + timedelta(minutes=15 * step, seconds=step % 7)

    def test_rows_are_those_of_the_zone(self):
        instants = sorted({instant for changes in CHANGES.values() for instant in self.around(changes)})
        self.write_log("a.jsonl", *[assistant(f"msg_{k}", 1, ts=instant.strftime("%Y-%m-%dT%H:%M:%SZ"))
                                    for k, instant in enumerate(instants)])
        self.ingest_logs()
        for name in CHANGES:
            zone = ZoneInfo(name)
            tables = self.analyze("--timezone", name, *[word for by in ("day", "week", "month", "hour") for word in ("--by", by)])["tables"]
            for table in tables:
                [by] = table["by"]
                expected = Counter(name_of(by, instant, zone) for instant in instants)
                self.assertEqual({row[by]: row["turns"] for row in table["rows"]}, expected, (name, by))
                in_time = list(dict.fromkeys(name_of(by, instant, zone) for instant in instants))
                self.assertEqual([row[by] for row in table["rows"]], in_time, (name, by))

    def test_a_spring_day_has_23_hours_and_an_autumn_day_25(self):
        days = {"2026-03-29": 23, "2026-10-25": 25, "2026-06-01": 24}
        begin = datetime(2026, 3, 28, tzinfo=timezone.utc)
        self.write_log("a.jsonl", *[assistant(f"msg_{k}", 1, ts=(begin + timedelta(hours=k)).strftime("%Y-%m-%dT%H:%M:%SZ"))
                                    for k in range(24 * 220)])
        self.ingest_logs()
        for day, hours in days.items():
            after = (datetime.fromisoformat(day) + timedelta(days=1)).strftime("%Y-%m-%d")
            rows = self.table("hour", "--timezone", "Europe/Berlin", "--since", day, "--until", after)
            self.assertEqual((len(rows), {row["hour"][:10] for row in rows}), (hours, {day}))


class WithoutZones(CliTest):
    needs_every_backend = False

    def test_no_zone_is_ever_taken_for_utc(self):
        self.write_log("a.jsonl", assistant())
        self.ingest_logs()
        empty = self.root / "no-zones"
        empty.mkdir()
        (empty / "Broken").write_bytes(b"TZif2" + bytes(20))
        for name in ("Europe/Berlin", "America/New_York", "CET", "Etc/GMT-1", "Broken"):
            for arguments, more in ((["--timezone", name], {}), ([], {"TZ": name})):
                result = self.run_program("analyze", "--by", "day", *arguments, env=self.environment(TZDIR=str(empty), **more),
                                          expect=WRONG_USAGE)
                self.assertEqual(result.out, b"")
                self.assertIn(f"unknown time zone '{name}'".encode(), result.err)
                self.assertIn(b"tzdata", result.err)
        # What is UTC by its name needs no file.
        self.assertEqual(self.analyze("--timezone", "UTC", env=self.environment(TZDIR=str(empty)))["totals"]["turns"], 1)

    def system_zone(self, script):
        """What `analyze` says of its zone on a machine that was changed by a script."""
        command = f"{script}\nexec env -u TZ HOME={self.home} {PROGRAM} analyze --json --by model"
        result = subprocess.run(in_mount_namespace(command), capture_output=True, text=True, check=False)
        return result.stderr or result.stdout.split('"timezone":"')[-1].split('"')[0]

    @unittest.skipUnless(is_root(), "only root can mount")
    def test_where_localtime_is_no_link_debian_s_file_names_the_zone(self):
        copied = f"cp /usr/share/zoneinfo/Asia/Tokyo {self.root}/copy; mount -t tmpfs none /etc; cp {self.root}/copy /etc/localtime"
        self.assertEqual(self.system_zone(copied + "; echo Asia/Tokyo >/etc/timezone"), "Asia/Tokyo")
        self.assertIn("no name", self.system_zone(copied))
        self.assertIn("unknown time zone", self.system_zone(copied + "; echo Mars >/etc/timezone"))


if __name__ == "__main__":
    main()
