#!/usr/bin/env python3
"""A connection that breaks after any number of bytes: the run goes on or can be run again, and all is there once."""

import random

from harness import DONE, KINDS, NO_STORE, CliTest, assistant, main
from network import CutNetwork, Network, end, receive, send
from postgres import SERVER

TURNS = 400


class Counting(Network):
    """How much there is to cut."""

    bytes = 0

    def carry(self, source, target):
        while data := receive(source):
            self.bytes += len(data)
            send(target, data)
        end(target)


class CutConnections(CliTest):
    only_on = ("postgres",)
    cuts = 25
    seed = 1

    def host(self, name, network):
        return self.environment(RELAYBURN_HOME=str(self.root / name), RELAYBURN_DATABASE_URL=network.url,
                                RELAYBURN_DATABASE_SCHEMA=f"{self.schema()}_{name}")

    def bytes_of_a_run(self):
        network = Counting()
        self.addCleanup(network.close)
        self.ingest_logs(env=self.host("whole", network))
        return network.bytes

    def test_after_any_number_of_bytes(self):
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(TURNS)])
        size = self.bytes_of_a_run()
        expected = self.digest(env=self.host("whole", SERVER))
        chance = random.Random(self.seed)
        for step in range(self.cuts):
            cut_at = chance.randrange(1, size)
            with self.subTest(cut_at=cut_at, seed=self.seed):
                self.check(f"cut{step}", cut_at, expected)

    def check(self, name, cut_at, expected):
        network = CutNetwork(cut_at)
        self.addCleanup(network.close)
        result = self.run_program("ingest", "--path", self.logs, env=self.host(name, network), expect=None)
        self.assertIn(result.status, (DONE, NO_STORE), result)
        direct = self.host(name, SERVER)
        self.ingest_logs(env=direct)
        self.assertEqual(self.digest(env=direct), expected)
        self.assert_counts_are_true(f"{self.schema()}_{name}")

    def assert_counts_are_true(self, schema):
        counted = dict(SERVER.sql(f"SELECT kind, sum(inserted) FROM {schema}.run_count GROUP BY kind"))
        for kind in KINDS:
            self.assertEqual(counted.get(kind, "0"), SERVER.value(f"SELECT count(*) FROM {schema}.{kind}"), kind)


if __name__ == "__main__":
    main()
