#!/usr/bin/env python3
"""A COMMIT that the server gets after its client has begun to try again: all is counted, and once."""

import socket
import threading
import time
from urllib.parse import unquote

from harness import CliTest, assistant, main
from postgres import SERVER

TURNS = 12000  # a few batches
LATENESS = 1.0


class Network:
    """Between clients on TCP and the server's socket. Leaves the client of one batch, whose COMMIT it passes on late."""

    def __init__(self, late_batch):
        self.late_batch = late_batch
        self.batches = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        folder, port = SERVER.direct_url.split("host=")[1].split("&port=")
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{unquote(folder)}/.s.PGSQL.{port}")
            threading.Thread(target=self.carry_questions, args=(client, server), daemon=True).start()
            threading.Thread(target=carry, args=(server, client), daemon=True).start()

    def carry_questions(self, client, server):
        wrote = False
        while data := receive(client):
            wrote = wrote or b"INSERT INTO" in data
            if wrote and b"COMMIT\0" in data:
                wrote = False
                self.batches += 1
                if self.batches == self.late_batch:
                    client.shutdown(socket.SHUT_RDWR)
                    time.sleep(LATENESS)
                    server.sendall(data)
                    break
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


def receive(end):
    try:
        return end.recv(1 << 16)
    except OSError:
        return b""


def carry(source, target):
    while data := receive(source):
        try:
            target.sendall(data)
        except OSError:
            pass  # whoever was cut off


class LateCommit(CliTest):
    only_on = ("postgres",)

    def check(self, late_batch):
        self.write_log("a.jsonl", *[assistant(f"msg_{step}", step) for step in range(TURNS)])
        self.run_program("migrate")
        network = Network(late_batch)
        self.addCleanup(network.listener.close)
        url = f"postgresql://postgres@127.0.0.1:{network.port}/relayburn?sslmode=disable"
        summary = self.ingest_logs(env=self.environment(RELAYBURN_DATABASE_URL=url))
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
