#!/usr/bin/env python3
"""A run that is killed at any moment loses and doubles nothing."""

import signal
import time

from harness import CliTest, assistant, main


class Killed(CliTest):
    def test_while_it_makes_its_store_leaves_none_that_cannot_be_used(self):
        self.write_log("a.jsonl", assistant())
        for step in range(60):
            environment = self.environment(RELAYBURN_HOME=str(self.root / f"home-{step}"))
            process = self.start("ingest", "--path", self.logs, env=environment)
            time.sleep(step * 0.0005)
            process.kill()
            process.communicate()
            self.analyze(env=environment)
            self.ingest_logs(env=environment)
            self.assertEqual(self.analyze(env=environment)["totals"]["turns"], 1)

    def write_much(self):
        for number in range(3):
            self.write_log(f"{number}.jsonl", *[assistant(f"msg_{number}_{k}", k) for k in range(15000)])

    def expected_digest(self):
        elsewhere = self.environment(RELAYBURN_HOME=str(self.root / "elsewhere"))
        self.ingest_logs(env=elsewhere)
        return self.digest(env=elsewhere)

    def stop_amid(self, stop):
        """Stops a run that has written something, but not yet all. On a busy machine it can be too late: once more."""
        for attempt in range(10):
            self.ledger_home = self.root / f"attempt-{attempt}"
            process = self.start("ingest", "--path", self.logs)
            while process.poll() is None and self.analyze()["totals"]["turns"] == 0:
                pass
            stop(process)
            process.communicate()
            turns = self.analyze()["totals"]["turns"]
            if 0 < turns < 45000:
                return
        self.fail(f"{turns} turns: it was stopped too early or too late")

    def test_amid_a_log_loses_and_doubles_nothing(self):
        self.write_much()
        self.stop_amid(lambda process: process.kill())
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 45000)
        self.assertEqual(self.digest(), self.expected_digest())
        self.assert_nothing_read(self.ingest_logs())

    def test_interrupted_amid_a_log_it_can_be_run_again(self):
        self.write_much()
        self.stop_amid(lambda process: process.send_signal(signal.SIGINT))
        self.ingest_logs()
        self.assertEqual(self.analyze()["totals"]["turns"], 45000)

    def test_again_and_again(self):
        self.write_much()
        begin = time.monotonic()
        expected = self.expected_digest()
        whole = time.monotonic() - begin
        for share in (0.1, 0.2, 0.3, 0.5, 0.7, 0.9):
            process = self.start("ingest", "--path", self.logs)
            time.sleep(whole * share)
            process.kill()
            process.communicate()
        self.ingest_logs()
        self.assertEqual(self.digest(), expected)


if __name__ == "__main__":
    main()
