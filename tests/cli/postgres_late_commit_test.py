#!/usr/bin/env python3
"""A COMMIT that the server gets after its client has begun to try again: all is counted, and once."""

import socket
import time

from harness import CliTest, assistant, main
from network import Network, end, receive, send
from postgres import SERVER

TURNS = 50000  # a few batches
LATENESS = 1.0


class LateNetwork(Network):
    """Leaves the client of one batch, whose COMMIT it passes on late."""

    def __init__(self, late_batch):
        self.late_batch = late_batch
        self.batches = 0
        super().__init__()

    def carry_questions(self, client, server):
        wrote = False
        while data := receive(client):
            wrote = wrote or b"INSERT INTO" in data
            if wrote and b"COMMIT\0" in data:
                wrote = False
                self.batches += 1
                if self.batches == self.late_batch:
                    end(client)
                    time.sleep(LATENESS)
                    send(server, data)
                    break
            send(server, data)
        server.shutdown(socket.SHUT_WR)


class LateCommit(CliTest):
    only_on = ("postgres",)

    def check(self, late_batch):
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(TURNS)])
        self.run_program("migrate")
        network = LateNetwork(late_batch)
        self.addCleanup(network.close)
        summary = self.ingest_logs(env=self.environment(RELAYBURN_DATABASE_URL=network.url))
        self.assertGreater(network.batches, late_batch)
        self.assertEqual(SERVER.value(f"SELECT count(*) FROM {self.schema()}.turn"), str(TURNS))
        self.assertEqual(summary["records"]["turn"], {"inserted": TURNS, "updated": 0, "duplicate": 0})
        counted = SERVER.sql(f"SELECT inserted, updated, duplicate FROM {self.schema()}.run_count WHERE kind = 'turn'")
        self.assertEqual(counted, [[str(TURNS), "0", "0"]])

    def test_of_the_first_batch(self):
        self.check(1)

    def test_of_a_later_batch(self):
        self.check(2)


if __name__ == "__main__":
    main()
