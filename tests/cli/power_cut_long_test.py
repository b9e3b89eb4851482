#!/usr/bin/env python3
"""Power cuts at every moment of a run, several at each."""

from harness import main
from power_cut import PowerCutTests


class ManyPowerCuts(PowerCutTests):
    cuts = 600


if __name__ == "__main__":
    main()
