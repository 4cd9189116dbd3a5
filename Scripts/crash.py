"""Kills a gateway under load again and again, and holds what its clients saw against what it kept.

Clients fetch through the gateway without pause. It is killed (SIGKILL) at a random moment, started again, and so on. In the end
every receipt that a client was shown must be among those stored, none twice; the log must hold a leaf for each; and the evidence
of receipts from every round must verify against the ledger.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Benchmarks"))
from network import PROVIDER, Bench, note  # noqa: E402  (the network of the benchmarks)


class Client(threading.Thread):
    """Fetches until it is told to stop; remembers the receipt of every answer that was whole."""

    def __init__(self, bench, number, stop):
        super().__init__(daemon=True)
        self.bench, self.stop = bench, stop
        self.file = f"{bench.dir}/fetched-{number}"
        self.target = f"{PROVIDER}/bench/" + ("64k" if number % 2 else "1k")
        self.receipts, self.failed = [], 0

    def run(self):
        while not self.stop.is_set():
            done = subprocess.run(
                [self.bench.program, "fetch", self.target, "--output", self.file, "--json", "--home",
                 self.bench.consumer], capture_output=True, text=True)
            if done.returncode == 0:
                self.receipts.append(json.loads(done.stdout)["receipt"])
            else:
                self.failed += 1
                time.sleep(0.02)


def kill_and_start(bench):
    server = bench.servers["hansa"]
    server.send_signal(signal.SIGKILL)
    server.wait()
    with open(f"{bench.dir}/hansa.out", "a") as log:
        bench.servers["hansa"] = subprocess.Popen(
            [bench.program, "serve", "--directory", bench.node], stdout=log, stderr=log)
    bench.wait_until_ready()


def stored(bench):
    """All receipts of the store, page by page."""
    receipts, after = [], []
    while True:
        page = json.loads(bench.hansa("receipts", "list", "--directory", bench.node, "--json", "--limit", "1000", *after))
        receipts += page["receipts"]
        if not page.get("next"):
            return receipts
        after = ["--after", page["next"]]


def main():
    parser = argparse.ArgumentParser(prog="Scripts/security crash", description=__doc__.splitlines()[0])
    parser.add_argument("--hansa", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=50, help="how often it is killed (default: 50)")
    parser.add_argument("--clients", type=int, default=6, help="how many fetch at a time (default: 6)")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        directory = tempfile.mkdtemp(prefix="hansa-crash-")
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        bench = Bench(options.hansa, directory, stack)
        bench.begin()
        stop = threading.Event()
        clients = [Client(bench, number, stop) for number in range(options.clients)]
        for client in clients:
            client.start()
        marks = []
        for number in range(options.rounds):
            time.sleep(random.uniform(0.3, 1.5))
            kill_and_start(bench)
            marks.append([client.receipts[-1] for client in clients if client.receipts])
            note(f"killed {number + 1} of {options.rounds}: {sum(len(c.receipts) for c in clients)} answers")
        time.sleep(2)
        stop.set()
        for client in clients:
            client.join()
        time.sleep(3)  # what is new is anchored within a second or two

        seen = [receipt for client in clients for receipt in client.receipts]
        kept = [receipt["id"] for receipt in stored(bench)]
        lost = set(seen) - set(kept)
        problems = []
        if len(seen) < options.rounds:
            problems.append(f"only {len(seen)} answers: too few to mean anything")
        if len(set(seen)) != len(seen) or len(set(kept)) != len(kept):
            problems.append("a receipt was given twice")
        if lost:
            problems.append(f"{len(lost)} receipts that clients were shown are not stored: {sorted(lost)[:5]}")
        samples = sorted({receipt for mark in marks for receipt in mark})
        key = json.loads(bench.hansa("ledger", "verify", "--directory", bench.node, "--json"))
        for receipt in samples:
            evidence = f"{directory}/evidence.json"
            bench.hansa("receipts", "export", receipt, "--directory", bench.node, "--output", evidence)
            bench.hansa("receipts", "verify", evidence, "--home", bench.consumer)
            os.remove(evidence)
        failed = sum(client.failed for client in clients)
        print(f"{options.rounds} kills, {len(seen)} whole answers, {failed} broken off or refused; {len(kept)} receipts stored, "
              f"evidence of {len(samples)} verified, the ledger holds at height {key['height']}")
        if problems:
            sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
