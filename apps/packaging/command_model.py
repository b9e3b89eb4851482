"""What `relayburn --help` says, as data: man pages and completions are made from it, so that they follow the program."""

import re
import subprocess
from dataclasses import dataclass, field

COLUMN = 30  # where CLI11 begins the second column
# "sqlite (default), file or postgres"; "only this agent: claude, codex or opencode (repeatable)"
ALTERNATIVES = re.compile(r"(?:^|: |only )((?:[a-z][\w-]*(?: \(default\))?, )*[a-z][\w-]*(?: \(default\))? or [a-z][\w-]*)"
                          r"(?= \(|$|;|,)")
DIMENSIONS = re.compile(r": ((?:[a-z]+(?::[A-Z]+)? ){3,}[a-z]+(?::[A-Z]+)?)$")


@dataclass
class Option:
    """A flag, or where `names` has no dash, an argument that has a place instead."""
    names: list
    type: str  # empty: takes no value
    text: str
    listed: list = field(default_factory=list)  # the values that CLI11 itself checks against

    @property
    def is_flag(self):
        return self.names[0].startswith("-")

    @property
    def values(self):
        """The words it takes, where the program checks them or its text lists them; else empty."""
        if self.listed or not self.type:
            return self.listed
        if found := ALTERNATIVES.search(self.text):
            return re.split(r", | or ", found[1].replace(" (default)", ""))
        if found := DIMENSIONS.search(self.text):
            return [re.sub("[A-Z]+", "", word) for word in found[1].split()]
        return []

    @property
    def is_list(self):
        """Whether it takes several values, joined with commas."""
        return "[," in self.type


@dataclass
class Command:
    name: str
    summary: str
    usage: str = ""
    options: list = field(default_factory=list)
    arguments: list = field(default_factory=list)
    commands: list = field(default_factory=list)

    @property
    def word(self):
        return self.name.split(" ")[-1]


def two_columns(lines):
    """The entries of a section: what stands in the first column, and the text beside it, or below where it is too long."""
    indented = " " * COLUMN
    for line, next_line in zip(lines, [*lines[1:], ""]):
        if next_line.startswith(indented):
            yield line.strip(), next_line.strip()
        elif line.strip() and not line.startswith(indented):
            yield line[:COLUMN].strip(), line[COLUMN:].strip()


def parse_option(left, text):
    left, _, excluded = left.partition(" Excludes: ")
    if excluded:
        text += f" (not with {', '.join(excluded.split(' '))})"
    names, *rest = left.split(" ")
    type, _, listed = (" ".join(word for word in rest if word not in ("REQUIRED", "..."))).partition(":{")
    return Option(names.split(","), type, text, listed.rstrip("}").split(",") if listed else [])


def sections(text):
    found, lines = {}, []
    for line in text.splitlines():
        if re.fullmatch(r"\S.*:", line):
            lines = found.setdefault(line[:-1], [])
        else:
            lines.append(line)
    return found


def help_of(program, words):
    return subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout


def read_command(program, words=(), summary=""):
    text = help_of(program, words)
    command = Command(" ".join(["relayburn", *words]), summary or text.splitlines()[0].split(": ", 1)[-1])
    command.usage = re.search(r"^Usage: (.*)$", text, re.MULTILINE)[1]
    for title, lines in sections(text).items():
        if title == "Positionals":
            command.arguments = [parse_option(*entry) for entry in two_columns(lines)]
        elif title == "Subcommands":
            command.commands = [read_command(program, (*words, name), about) for name, about in two_columns(lines)]
        else:
            command.options += [parse_option(*entry) for entry in two_columns(lines)]
    return command
