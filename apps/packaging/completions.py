#!/usr/bin/env python3
"""usage: completions.py PROGRAM FOLDER

Writes what bash, zsh and fish complete after `relayburn` into FOLDER/{relayburn.bash,_relayburn,relayburn.fish}: all from
what --help says."""

import sys
from pathlib import Path

from command_model import read_command

FOLDERS, FILES = "folders", "files"
FILE_TYPES = {"DIR": FOLDERS, "FILE": FILES, "FILE_OR_DIR": FILES, "PATH": FILES, "STORE": FILES}


def own_options(command):
    """Those of `relayburn CMD WORD` complete after `relayburn CMD` too."""
    options = [*command.options, *(option for nested in command.commands for option in nested.options)]
    return list({option.names[-1]: option for option in options}.values())


def all_options(program, command):
    own = own_options(command)
    taken = {name for option in own for name in option.names} | {"--version"}
    return own + [option for option in program.options if not taken & set(option.names)]


def words_after(command):
    return [nested.word for nested in command.commands]


# ---- bash

BASH = """\
# bash completion for relayburn, made from its --help
_relayburn() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} flag=${{COMP_WORDS[COMP_CWORD - 1]}} command= words= before= at
  if [[ $current == = ]]; then
    current=
  elif [[ $flag == = ]]; then
    flag=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((at = 1; at < COMP_CWORD; ++at)); do
    case ${{COMP_WORDS[at]}} in
      {valued}) ((++at)) ;;
      {commands})
        command=${{COMP_WORDS[at]}}
        break
        ;;
    esac
  done
  case "$command $flag" in
{values}
    *)
      case $command in
{flags}
      esac
      ;;
  esac
  if [[ $words == folders/ ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$current")
  elif [[ $words == files/ ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "${{current#"$before"}}")
  fi
}} 2>/dev/null
complete -F _relayburn relayburn
"""


def bash_value(option):
    if not option.values:
        kind = FILE_TYPES.get(option.type)
        return f"words={kind}/" if kind else "return"
    joined = f"words='{' '.join(option.values)}'"
    return f"[[ $current != *,* ]] || before=${{current%,*}}, ; {joined}" if option.is_list else joined


def bash_values(prefix, options):
    """What completes after a flag, by "command flag"."""
    for option in options:
        if option.type:
            yield f"    {' | '.join(prefix.format(name) for name in option.names)}) {bash_value(option)} ;;"


def bash_flags(pattern, options, words):
    return f"        {pattern}) words='{' '.join([name for option in options for name in option.names] + words)}' ;;"


def bash(program):
    values, flags = [], []
    for command in program.commands:
        values += bash_values(f'"{command.word} {{}}"', own_options(command))
        flags.append(bash_flags(command.word, all_options(program, command), words_after(command)))
    values += bash_values('*" {}"', program.options)
    flags.append(bash_flags("*", program.options, words_after(program)))
    valued = [name for option in program.options if option.type for name in option.names]
    return BASH.format(valued=" | ".join(valued), commands=" | ".join(words_after(program)), values="\n".join(values),
                       flags="\n".join(flags))


# ---- zsh

ZSH = """\
#compdef relayburn
# made from relayburn's --help
_relayburn() {{
  local state
  local -a commands=(
{commands}
  )
  _arguments -C \\
{common}
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
{arguments}
      esac
      ;;
  esac
}}
_relayburn "$@"
"""


def zsh_text(text):
    for special in "\\[]:":
        text = text.replace(special, "\\" + special)
    return text.replace("'", "'\\''")


def zsh_value(option):
    if not option.type:
        return ""
    if option.values:
        values = " ".join(option.values)
        action = f"_sequence compadd - {values}" if option.is_list else f"({values})"
    else:
        action = {FOLDERS: "_files -/", FILES: "_files"}.get(FILE_TYPES.get(option.type), "")
    return f":{zsh_text(option.type)}:{action.replace(':', chr(92) + ':')}"


def zsh_specs(options):
    return [f"'{'*' if 'repeatable' in option.text else ''}{name}[{zsh_text(option.text)}]{zsh_value(option)}'"
            for option in options for name in option.names]


def zsh_arguments(program, command):
    specs = zsh_specs(all_options(program, command))
    words = " ".join(words_after(command))
    specs.append(f"'*:argument:({words})'" if words else f"'*:argument:{'_files' if not command.arguments else ''}'")
    return f"        {command.word})\n          _arguments \\\n            " + " \\\n            ".join(specs) + "\n          ;;"


def zsh(program):
    return ZSH.format(commands="\n".join(f"    '{command.word}:{zsh_text(command.summary)}'" for command in program.commands),
                      common="\n".join(f"    {spec} \\" for spec in zsh_specs(program.options)),
                      arguments="\n".join(zsh_arguments(program, command) for command in program.commands))


# ---- fish

def fish_text(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_value(option):
    if not option.type:
        return ""
    if option.values:
        return f" -x -a {fish_text(' '.join(option.values))}"
    return {FOLDERS: " -x -a '(__fish_complete_directories)'", FILES: " -r -F"}.get(FILE_TYPES.get(option.type), " -x")


def fish_option(option, condition):
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    return f"complete -c relayburn{condition} {names}{fish_value(option)} -d {fish_text(option.text)}"


def fish(program):
    lines = ["# made from relayburn's --help", "complete -c relayburn -f"]
    lines += [fish_option(option, "") for option in program.options]
    for command in program.commands:
        lines.append(f"complete -c relayburn -n __fish_use_subcommand -a {command.word} -d {fish_text(command.summary)}")
        seen = f" -n '__fish_seen_subcommand_from {command.word}'"
        lines += [fish_option(option, seen) for option in own_options(command) if "-h" not in option.names]
        lines += [f"complete -c relayburn{seen} -a {nested.word} -d {fish_text(nested.summary)}" for nested in command.commands]
    return "\n".join(lines) + "\n"


def main():
    program, folder = read_command(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("relayburn.bash", bash(program)), ("_relayburn", zsh(program)), ("relayburn.fish", fish(program))):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
