#!/usr/bin/env python3
"""Full disks, broken disks, interrupted calls and kills, at a sample of the calls that change a file."""

from faults import FaultTests
from harness import IS_SANITIZED, main


class Faults(FaultTests):
    stride = 97 if IS_SANITIZED else 29


if __name__ == "__main__":
    main()
