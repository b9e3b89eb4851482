"""The program as it meets a terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import unicodedata

from harness import PROGRAM


def columns(text):
    """What printable text takes of a line."""
    widths = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(c) else widths.get(unicodedata.east_asian_width(c), 1) for c in text)


def shown_on_terminal(*arguments, env, width=80, height=50):
    """The exit code, and what the program writes to a terminal of that size."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    process = subprocess.Popen([PROGRAM, *arguments], env={"TERM": "xterm", **env}, stdout=follower, stdin=subprocess.DEVNULL)
    os.close(follower)
    out = b""
    try:
        while piece := os.read(leader, 65536):
            out += piece
    except OSError:  # that is how a terminal ends
        pass
    os.close(leader)
    return process.wait(timeout=60), out.decode().replace("\r\n", "\n")
