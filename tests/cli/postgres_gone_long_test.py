#!/usr/bin/env python3
"""A server that stops amid a run and does not come back within the time that relayburn tries again."""

import json
import time

from harness import NO_STORE, CliTest, assistant, main
from postgres import OwnServer

TURNS = 60000


class Gone(CliTest):
    only_on = ("postgres",)

    def test_ends_with_exit_5_within_about_a_minute_and_the_next_run_completes(self):
        for number in range(3):
            self.write_log(f"{number}.jsonl", *[assistant(f"msg_{number}_{step}", step) for step in range(TURNS // 3)])
        with OwnServer() as server:
            environment = self.environment(RELAYBURN_DATABASE_URL=server.url)
            self.run_program("migrate", env=environment)
            process = self.start("ingest", "--json", "--path", self.logs, env=environment)
            while server.value(f"SELECT count(*) FROM {self.schema()}.turn") == "0":
                self.assertIsNone(process.poll())
            server.stop_at_once()
            stopped = time.monotonic()
            out, err = process.communicate(timeout=120)
            self.assertEqual((process.returncode, json.loads(out)["error"]["code"]), (NO_STORE, "unavailable"), err)
            self.assertTrue(err)
            self.assertLess(time.monotonic() - stopped, 80)
            server.start()
            self.ingest_logs(env=environment)
            self.assertEqual(self.analyze(env=environment)["totals"]["turns"], TURNS)
            counted = server.value(f"SELECT sum(inserted) FROM {self.schema()}.run_count WHERE kind = 'turn'")
            self.assertEqual(int(counted), TURNS, "what the failed run wrote was counted with it")


if __name__ == "__main__":
    main()
