#!/usr/bin/env python3
"""More of postgres_cut_test.py."""

import postgres_cut_test
from harness import main


class ManyCutConnections(postgres_cut_test.CutConnections):
    cuts = 150
    seed = 2


if __name__ == "__main__":
    main()
