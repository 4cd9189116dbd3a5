"""Runs the same load against an upstream directly, through nginx, and through Hansa; prints ratios.

Everything runs on the loopback address of one machine. Each case is measured in rounds, the three alternating within a
round, and the medians are compared: what the machine does besides then falls on all three.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import tempfile

import extras
from network import Bench, note

# name, target, options of `hansa bench exchange`; those marked quick are the ones the budget names.
CASES = [
    ("small, 1 connection", "1k", ["--connections", "1"], False),
    ("small, 32 connections", "1k", ["--connections", "32"], True),
    ("small, 256 connections", "1k", ["--connections", "256"], False),
    ("small, 32 connections, responses signed", "1k", ["--connections", "32", "--signed-responses"], False),
    ("64 KiB, 1 connection", "64k", ["--connections", "1"], False),
    ("64 KiB, 32 connections", "64k", ["--connections", "32"], True),
    ("64 KiB, 256 connections", "64k", ["--connections", "256"], False),
    ("bulk 16 MiB, 4 connections", "16m", ["--connections", "4"], True),
    ("upload 64 KiB, 32 connections", "sink", ["--connections", "32", "--upload", "65536"], True),
    ("new connection each, 16 at a time", "1k", ["--connections", "16", "--reconnect"], True),
    ("HTTP/2, 1 connection of 100 streams", "1k", ["--connections", "1", "--streams", "100"], True),
]

# Bytes of content that are hashed on the way.
HASHED = {"1k": 1 << 10, "64k": 64 << 10, "16m": 16 << 20}


def verification_cost(hansa):
    """Nanoseconds of one ES256 verification and of SHA-256 over 1 KiB, by the library that Hansa uses."""
    done = subprocess.run([hansa, "bench", "primitives", "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def median(results, read):
    values = [read(result) for result in results if result]
    return statistics.median(values) if values else None


def summary(results):
    """Medians over the rounds: requests/s, CPU µs a request, p50 and p99 in ms, peak MiB."""
    return {
        "requestsPerSecond": median(results, lambda r: r["completed"] * 1000 / r["durationMilliseconds"]),
        "cpuMicroseconds": median(results, lambda r: r["serverNanosecondsPerRequest"] / 1000),
        "p50Milliseconds": median(results, lambda r: r["latencyMicroseconds"]["p50"] / 1000),
        "p99Milliseconds": median(results, lambda r: r["latencyMicroseconds"]["p99"] / 1000),
        "peakMebibytes": median(results, lambda r: r["servers"][0]["peakMemoryBytes"] / (1 << 20)),
    }


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def table(rows):
    head = ["case", "direct/s", "nginx/s", "hansa/s", "× nginx", "nginx µs", "hansa µs", "× limit", "p99 nginx ms",
            "p99 hansa ms", "hansa MiB"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for row in rows:
        direct, nginx, hansa = (row[way] for way in ("direct", "nginx", "hansa"))
        lines.append("| " + " | ".join([
            row["case"], number(direct["requestsPerSecond"]), number(nginx["requestsPerSecond"]),
            number(hansa["requestsPerSecond"]), f"{row['throughputRatio']:.2f}", number(nginx["cpuMicroseconds"]),
            number(hansa["cpuMicroseconds"]), f"{row['limitRatio']:.2f}", number(nginx["p99Milliseconds"]),
            number(hansa["p99Milliseconds"]), number(hansa["peakMebibytes"])]) + " |")
    return "\n".join(lines)


def measure_cases(bench, cases, rounds, seconds):
    """The table's rows, and what the primitives cost meanwhile."""
    primitives = verification_cost(bench.program)
    rows = []
    for index, (name, target, words, _) in enumerate(cases):
        results = {"direct": [], "nginx": [], "hansa": []}
        for turn in range(rounds):
            for way, found in results.items():
                note(f"[{index + 1}/{len(cases)}] {name}: round {turn + 1} of {rounds}, {way}")
                found.append(bench.measure(way, target, words, seconds))
        row = {"case": name, **{way: summary(found) for way, found in results.items()}}
        nginx, hansa = row["nginx"], row["hansa"]
        row["throughputRatio"] = hansa["requestsPerSecond"] / nginx["requestsPerSecond"]
        hashed = HASHED.get(target, 0) + (int(words[words.index("--upload") + 1]) if "--upload" in words else 0)
        row["limitRatio"] = hansa["cpuMicroseconds"] / (nginx["cpuMicroseconds"] + limit(primitives, hashed))
        rows.append(row)
    return primitives, rows


def limit(primitives, hashed=1 << 10):
    """Microseconds that a gateway which checks signatures spends besides what nginx does, with so many bytes hashed."""
    hashing = primitives["sha256Of64KiBNanoseconds"] * hashed / (64 << 10)
    return (primitives["es256VerifyNanoseconds"] + hashing) / 1000


def measure(bench, options, cases, rounds, seconds):
    """Everything that was asked for and needs the network; prints as it goes."""
    figures = {"rounds": rounds, "seconds": seconds}
    if cases:
        figures["primitives"], figures["cases"] = measure_cases(bench, cases, rounds, seconds)
        print(f"\n{os.cpu_count()} cores; medians of {rounds} rounds of {seconds:g} s; limit: nginx's processor time "
              f"and {limit(figures['primitives']):.0f} µs for one ES256 verification and 1 KiB hashed, and more where more is "
              f"hashed, measured in this run\n\n{table(figures['cases'])}")
    wanted = []
    if options.micro:
        wanted.append(("stages", lambda: extras.stages(bench, seconds)))
    if options.more:
        wanted += [
            ("handshakes", lambda: extras.handshakes(bench)), ("halfLoad", lambda: extras.half_load(bench, seconds)),
            ("memory", lambda: extras.memory(bench)), ("cores", lambda: extras.cores(bench, seconds)),
        ]
    for name, measurement in wanted:
        text, figures[name] = measurement()
        print(f"\n{text}", flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__.splitlines()[0])
    parser.add_argument("--hansa", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="the main cases, in three short rounds")
    parser.add_argument("--case", metavar="WORDS", help="only the cases whose names hold these words")
    parser.add_argument("--micro", action="store_true", help="only what each step of a small exchange costs")
    parser.add_argument("--more", action="store_true",
                        help="only handshakes, latency at half load, memory, and one core against all")
    parser.add_argument("--stores", action="store_true",
                        help="only receipts/s, transactions/s, start-up with a million receipts, and one policy decision")
    parser.add_argument("--receipts", type=int, default=1_000_000, help="receipts to store (default: 1000000)")
    parser.add_argument("--transactions", type=int, default=100_000, help="transactions (default: 100000)")
    parser.add_argument("--policies", type=int, default=100_000, help="policies in force (default: 100000)")
    parser.add_argument("--directory", help="where stores are made; on the disk to measure (default: temporary)")
    parser.add_argument("--rounds", type=int, help="how often each case is measured (default: 5, quick: 3)")
    parser.add_argument("--seconds", type=float, help="how long one measurement takes (default: 8, quick: 4)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file as well")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 5)
    seconds = options.seconds or (4 if options.quick else 8)
    only = options.micro or options.more or options.stores
    cases = [] if only and options.case is None else [
        case for case in CASES if (options.case or "") in case[0] and (case[3] or not options.quick)]
    if not cases and not only:
        parser.error(f"no case is called {options.case!r}: " + "; ".join(case[0] for case in CASES))
    if not only and not options.quick and options.case is None:
        options.micro = options.more = options.stores = True
    figures = {}
    with contextlib.ExitStack() as stack:
        directory = tempfile.mkdtemp(prefix="hansa-bench-", dir=options.directory)
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        if options.stores:
            text, figures["stores"] = extras.stores(
                options.hansa, directory, options.receipts, options.transactions)
            print(f"\n{text}", flush=True)
            text, figures["policies"] = extras.decision(options.hansa, options.policies)
            print(text, flush=True)
        if cases or options.micro or options.more:
            bench = Bench(options.hansa, directory, stack)
            bench.begin()
            figures.update(measure(bench, options, cases, rounds, seconds))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(figures, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
