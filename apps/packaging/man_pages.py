#!/usr/bin/env python3
"""usage: man_pages.py PROGRAM VERSION TEXTS FOLDER

Writes relayburn.1.gz and one page for each command into FOLDER. Names, synopses and options come from --help; what else there
is to say, from TEXTS/<page>.roff, where @options@ stands for the options. A command without such a file has a page too."""

import gzip
import sys
from pathlib import Path

from command_model import read_command


def escaped(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace('"', "\\(dq")


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def italic(text):
    return f"\\fI{escaped(text)}\\fR"


def option_lines(option):
    if not option.is_flag:
        return [".TP", italic(option.type or option.names[0]), escaped(option.text)]
    value = f" {italic(option.type)}" if option.type else ""
    return [".TP", ", ".join(map(bold, option.names)) + value, escaped(option.text)]


def options(command):
    return [line for option in command.arguments + command.options for line in option_lines(option)]


def options_of_command(command):
    lines = [".SH OPTIONS", *options(command)]
    for nested in command.commands:
        lines += [f".SS {escaped(nested.name)}", escaped(nested.summary), *options(nested)]
    return [*lines, ".PP", f"Those of {bold('relayburn')}(1) can be given too."]


def options_of_program(program):
    lines = [".SH OPTIONS", *options(program), ".SH COMMANDS"]
    for command in program.commands:
        lines += [".TP", f"{bold(page_name(command))}(1)", escaped(command.summary)]
    return lines


def synopsis(command):
    words = command.usage.split(" ")
    name = len(command.name.split(" "))
    return f"{bold(' '.join(words[:name]))} {escaped(' '.join(words[name:]))}".replace("SUBCOMMAND", "COMMAND")


def page_name(command):
    return command.name.replace(" ", "-")


def page(command, version, texts, options):
    name = page_name(command)
    file = texts / f"{name}.roff"
    body = file.read_text(encoding="utf-8") if file.exists() else f".SH DESCRIPTION\n{escaped(command.summary)}.\n@options@\n"
    assert body.count("@options@\n") == 1, f"{file}: @options@ must stand in it once"
    lines = [f'.TH {name.upper()} 1 "" "relayburn {version}" "User Commands"',
             ".SH NAME", f"{escaped(name)} \\- {escaped(command.summary[:1].lower() + command.summary[1:])}",
             ".SH SYNOPSIS", synopsis(command),
             body.replace("@options@", "\n".join(options)).rstrip("\n")]
    if name != "relayburn":
        lines += [".SH SEE ALSO", f"{bold('relayburn')}(1), for what the exit codes mean too"]
    return "\n".join(lines) + "\n"


def main():
    program, version, texts, folder = read_command(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.1*"):
        old.unlink()
    pages = {program.name: page(program, version, texts, options_of_program(program))}
    pages |= {page_name(command): page(command, version, texts, options_of_command(command)) for command in program.commands}
    for name, text in pages.items():
        (folder / f"{name}.1.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
