"""The machine stops: of what was written since the last sync anything may be lost, or there in part.

A run of the program tells every change it makes to a file (tests/faults/change_log.h). From these the files are made as
the disk may have kept them: what a sync promised is there; of later writes any may be missing, or torn at a sector; names
come and go in their order up to some point, as in a journaling file system.
"""

import copy
import os
import random
import shutil
from pathlib import Path

from faults import DisturbedStore

SECTOR = 512


class Change:
    def __init__(self, kind, *facts, data=b""):
        self.kind, self.facts, self.data = kind, facts, data


def read_changes(path):
    changes, text = [], Path(path).read_bytes()
    while text:
        line, text = text.split(b"\n", 1)
        kind, rest = line.decode().split(" ", 1)
        data = b""
        if kind == "write":
            size = int(rest.split()[2])
            data, text = text[:size], text[size:]
        if kind == "rename":
            facts = rest.split("\t")
        elif kind in ("write", "truncate", "sync", "create"):
            facts = rest.split(" ", 1) if kind == "create" else rest.split()
        else:
            facts = [rest]
        changes.append(Change(kind, *facts, data=data))
    return changes


class File:
    """What it held at its last sync, and what became of it since."""

    def __init__(self, content=b""):
        self.synced, self.later = bytearray(content), []

    def sync(self):
        self.synced, self.later = self.content(self.later), []

    def content(self, changes):
        content = bytearray(self.synced)
        for change in changes:
            if change.kind == "truncate":
                size = int(change.facts[1])
                content[:] = content[:size].ljust(size, b"\0")
            else:
                offset = int(change.facts[1])
                content[:] = content.ljust(offset, b"\0")
                content[offset : offset + len(change.data)] = change.data
        return bytes(content)

    def after_a_cut(self, chance):
        """The length is that of some moment since the last sync, and so is each sector, whatever moment the others are of."""
        moments = [self.content(self.later[:count]) for count in range(len(self.later) + 1)]
        favourite, stray = chance.choice(moments), chance.choice((0, 0.1, 0.5))
        length = len(chance.choice(moments) if stray else favourite)
        content = bytearray()
        for begin in range(0, length, SECTOR):
            moment = chance.choice(moments) if chance.random() < stray else favourite
            content += moment[begin : begin + SECTOR].ljust(SECTOR, b"\0")
        return bytes(content[:length])


class Disk:
    """The folder `root` as a disk has it."""

    def __init__(self, root):
        self.root = root
        self.names = {str(path): File(path.read_bytes()) for path in root.rglob("*") if path.is_file()}
        self.inodes = {path.stat().st_ino: self.names[str(path)] for path in root.rglob("*") if path.is_file()}
        self.pending = []  # changes of names that no sync made certain

    def apply(self, change):
        if change.kind == "create":
            file = File()
            self.inodes[int(change.facts[0])] = file
            self.pending.append(("put", change.facts[1], file))
        elif change.kind in ("rename", "unlink"):
            self.pending.append((change.kind, *change.facts))
        elif change.kind == "sync_folder":
            self.settle(len(self.pending))
        elif change.kind == "sync":
            # The name of a new file comes with its bytes.
            self.inodes[int(change.facts[0])].sync()
            self.settle(len(self.pending))
        elif change.kind != "mkdir":
            self.inodes[int(change.facts[0])].later.append(change)

    def settle(self, count):
        for kind, path, *more in self.pending[:count]:
            if kind == "put":
                self.names[path] = more[0]
            else:
                file = self.names.pop(path, None)
                if kind == "rename" and file:
                    self.names[more[0]] = file
        del self.pending[:count]

    def cut(self, seed):
        """Writes the files as they may be found again; this disk is done with."""
        chance = random.Random(seed)
        self.settle(chance.randrange(len(self.pending) + 1))
        for path in sorted(self.names):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Path(path).write_bytes(self.names[path].after_a_cut(chance))


class PowerCutTests(DisturbedStore):
    """Derived classes say how many cuts there are."""

    cuts = 1

    def record(self, *command):
        """The disk before the command, and what the command changes there."""
        self.start_again()
        before = Disk(self.ledger_home)
        changes = self.root / "changes"
        self.run_program(*command, env=self.injected(RELAYBURN_CHANGE_LOG=str(changes)))
        return before, read_changes(changes)

    def cut_during(self, *command):
        self.start_again()
        self.run_program(*command)
        env = self.environment()
        expected, files = self.contents(env), self.names_of_files()
        before, changes = self.record(*command)
        self.assertGreater(len([change for change in changes if change.kind == "sync"]), 0)
        losses = 0
        for number in range(self.cuts):
            # Every moment as often, the last one, when the run is over, too.
            moment = len(changes) - number * len(changes) // self.cuts
            with self.subTest(moment=moment, of=len(changes), seed=number):
                disk = copy.deepcopy(before)
                for change in changes[:moment]:
                    disk.apply(change)
                shutil.rmtree(self.ledger_home)
                self.ledger_home.mkdir()
                disk.cut(number)
                self.analyze()
                found = self.run_program("export", "--digest", "--content", expect=None)  # there may be no store
                losses += found.text != expected[0]
                self.run_program(*command)
                self.assertEqual(self.contents(env), expected)
                self.assertEqual(*self.rows_and_inserted())
                self.assertEqual(self.names_of_files(), files, "nothing is left lying about")
        self.assertGreater(losses, 0, "no cut lost anything")

    def test_ingest_into_no_ledger(self):
        self.write_logs()
        self.cut_during("ingest", "--json", "--path", self.logs)

    def test_ingest_into_a_ledger(self):
        self.start_from_a_ledger()
        self.cut_during("ingest", "--json", "--path", self.logs)

    def test_prune(self):
        self.start_from_a_ledger()
        self.cut_during("prune", "--older-than", "2026-03-05")

    def test_stamp(self):
        self.start_from_a_ledger()
        self.cut_during("stamp", "--session", "s-1", "--ts", "2026-03-03T00:00:00Z", "job=7")
