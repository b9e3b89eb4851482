#!/usr/bin/env python3
"""Full disks, broken disks, interrupted calls and kills, at every fifth call that changes a file.

At every call, by hand: RELAYBURN_FAULT_STRIDE=1 python3 tests/cli/faults_long_test.py
"""

import os

from faults import FaultTests
from harness import main


class EveryFault(FaultTests):
    stride = int(os.environ.get("RELAYBURN_FAULT_STRIDE", "10"))


if __name__ == "__main__":
    main()
