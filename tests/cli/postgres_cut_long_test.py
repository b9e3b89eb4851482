#!/usr/bin/env python3
"""More of postgres_cut_test.py. By hand: RELAYBURN_CONNECTION_CUTS=150 python3 tests/cli/postgres_cut_long_test.py"""

import os

import postgres_cut_test
from harness import main


class ManyCutConnections(postgres_cut_test.CutConnections):
    cuts = int(os.environ.get("RELAYBURN_CONNECTION_CUTS", "60"))
    seed = 2


if __name__ == "__main__":
    main()
