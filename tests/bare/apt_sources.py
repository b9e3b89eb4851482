#!/usr/bin/env python3
"""Prints where this host's apt gets Debian 12 from, as one-line entries, the archive itself first."""

import glob
import os
import re
import sys

SUITES = ("bookworm", "bookworm-updates", "bookworm-security")
ONE_LINE = re.compile(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)")


def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def one_line_entries(path):
    for line in lines_of(path):
        found = ONE_LINE.match(line.split("#")[0].strip())
        if found:
            options = dict(option.split("=", 1) for option in (found[1] or "").split() if "=" in option)
            yield found[2], found[3], found[4].split(), options


def stanzas(path):
    fields, last = {}, None
    for line in lines_of(path) + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            yield fields
            fields, last = {}, None
        elif line[0] in " \t" and last:
            fields[last] += " " + line.strip()
        elif ":" in line:
            last, value = line.split(":", 1)
            last = last.strip().lower()
            fields[last] = value.strip()


def deb822_entries(path):
    for fields in stanzas(path):
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            for uri in fields.get("uris", "").split():
                for suite in fields.get("suites", "").split():
                    yield uri, suite, fields.get("components", "").split(), fields


def plain_uri(uri):
    """Debian's cloud images name a file that lists mirrors."""
    if uri.startswith("mirror+file:"):
        path = "/" + uri.split(":", 1)[1].lstrip("/")
        uri = next((line.split()[0] for line in lines_of(path) if line.strip() and line[0] != "#"), "")
    return uri


def entries():
    for path in ["/etc/apt/sources.list"] + sorted(glob.glob("/etc/apt/sources.list.d/*.list")):
        if os.path.exists(path):
            yield from one_line_entries(path)
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        yield from deb822_entries(path)


def main():
    found = []
    for uri, suite, components, options in entries():
        uri, suite = plain_uri(uri), suite.rstrip("/")
        if suite not in SUITES or "main" not in components or not uri.startswith(("http://", "https://")):
            continue
        kept = [f"{key}={options[key]}" for key in ("signed-by", "trusted")
                if key in options and re.fullmatch(r"[\w/.+-]+", options[key])]
        line = f"deb [{' '.join(kept)}] {uri} {suite} main" if kept else f"deb {uri} {suite} main"
        if (SUITES.index(suite), line) not in found:
            found.append((SUITES.index(suite), line))
    found.sort(key=lambda entry: entry[0])
    if not found or found[0][0] != 0:
        sys.exit("this host's apt has no entry for Debian 12 (bookworm)")
    print("\n".join(line for _, line in found))


if __name__ == "__main__":
    main()
