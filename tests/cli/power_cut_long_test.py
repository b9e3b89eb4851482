#!/usr/bin/env python3
"""Power cuts at many moments of a run.

At every moment, several at each, by hand: RELAYBURN_POWER_CUTS=600 python3 tests/cli/power_cut_long_test.py
"""

import os

from harness import main
from power_cut import PowerCutTests


class ManyPowerCuts(PowerCutTests):
    cuts = int(os.environ.get("RELAYBURN_POWER_CUTS", "50"))


if __name__ == "__main__":
    main()
