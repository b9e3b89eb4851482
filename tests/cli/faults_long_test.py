#!/usr/bin/env python3
"""Full disks, broken disks, interrupted calls and kills, at every call that changes a file."""

from faults import FaultTests
from harness import main


class EveryFault(FaultTests):
    stride = 1


if __name__ == "__main__":
    main()
