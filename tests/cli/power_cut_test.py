#!/usr/bin/env python3
"""A machine that stops at any moment keeps a ledger that opens, and the next run brings what is missing."""

from harness import IS_SANITIZED, main
from power_cut import PowerCutTests


class PowerCuts(PowerCutTests):
    cuts = 4 if IS_SANITIZED else 20


if __name__ == "__main__":
    main()
