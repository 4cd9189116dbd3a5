"""Puts more on a gateway than it is used to, and looks at what it does: thousands of idle connections, twice its capacity, and
no descriptors left.

Each part says what it saw, and what was not as it should be. Everything runs on the loopback address of one machine.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Benchmarks"))
from network import PROVIDER, Bench, note  # noqa: E402  (the network of the benchmarks)


class LoadedNetwork(Bench):
    """The network, and what is seen of its gateway from outside."""

    problems = []

    def check(self, holds, text):
        if not holds:
            self.problems.append(text)
            note(f"NOT SO: {text}")

    @property
    def process(self):
        return self.servers["hansa"].pid

    def resident(self):
        with open(f"/proc/{self.process}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) << 10

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process}/fd"))

    def processor_seconds(self):
        with open(f"/proc/{self.process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def counted(self, series):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['public']}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(series))

    def bind(self, name, cores):
        """Has a server and its children run on some cores alone."""
        process = self.servers[name].pid
        with open(f"/proc/{process}/task/{process}/children") as file:
            children = file.read().split()
        for one in (str(process), *children):
            subprocess.run(["taskset", "--all-tasks", "--cpu-list", "--pid", cores, one], check=True, capture_output=True)

    def restart(self, *settings, files=None):
        self.stop("hansa")
        self.serve(*settings, files=files)

    def bench(self, *words, cores=None):
        """One run of the load generator, on some cores alone where they are named; its figures, whatever failed."""
        command = [self.program, "bench", "exchange", f"{PROVIDER}/bench/1k", "--home", self.consumer, "--json",
                   "--process", str(self.process), *map(str, words)]
        if cores:
            command = ["taskset", "--cpu-list", cores, *command]
        done = subprocess.run(command, capture_output=True, text=True)
        if not done.stdout.startswith("{"):
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def stored(self):
        """Ids of all receipts of the store."""
        ids, after = set(), []
        while True:
            page = json.loads(self.hansa(
                "receipts", "list", "--directory", self.node, "--json", "--limit", "100000", *after))
            ids.update(receipt["id"] for receipt in page["receipts"])
            if not page.get("next"):
                return ids
            after = ["--after", page["next"]]

    def check_receipts(self, file, what):
        """Whether each receipt that an answer named is stored, and named once."""
        with open(file) as lines:
            named = lines.read().split()
        lost = set(named) - self.stored()
        self.check(not lost, f"{what}: {len(lost)} of {len(named)} receipts are not stored: {sorted(lost)[:3]}")
        self.check(len(set(named)) == len(named), f"{what}: a receipt was given twice")
        return len(named)


def wait(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def milliseconds(result, name="latencyMicroseconds"):
    latency = result[name]
    return f"p50 {latency['p50'] / 1000:.1f} ms, p99 {latency['p99'] / 1000:.1f} ms"


# MARK: Idle connections


class Consumers:
    """TLS connections of the consumer's on which nothing is said."""

    def __init__(self, bench):
        self.port = bench.ports["exchange"]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.context.load_cert_chain(f"{bench.consumer}/certificates/tls-1.pem", f"{bench.consumer}/keys/tls-1.pem")
        self.connections, self.refused, self.lock = [], 0, threading.Lock()

    def connect(self):
        try:
            connection = self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 60))
        except OSError:
            with self.lock:
                self.refused += 1
            return
        connection.setblocking(False)
        with self.lock:
            self.connections.append(connection)

    def open(self, count, threads=4):
        def work(share):
            for _ in range(share):
                self.connect()
        workers = [threading.Thread(target=work, args=(count // threads + (n < count % threads),)) for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    @staticmethod
    def is_open(connection):
        try:
            while connection.recv(4096):
                pass
            return False
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False

    def count(self):
        return sum(self.is_open(connection) for connection in self.connections)

    def close(self, count=None):
        leaving = self.connections[:count]
        self.connections = self.connections[len(leaving):]
        for connection in leaving:
            connection.close()


def idle(bench, count):
    note(f"{count} idle connections")
    spare, bound = 16, max(30, count // 40)
    bench.restart(f"limits.connections={count + spare}", f"limits.connections-per-city={count + 2 * spare + 100}",
                  f"timeouts.idle={bound}s")
    alone = bench.bench("--connections", 4, "--duration", 3, "--warm-up", 1)
    # Two or three connections of the program's own are open besides.
    empty, before = bench.descriptors(), bench.resident()
    consumers = Consumers(bench)
    begun = time.monotonic()
    consumers.open(count)
    opened = time.monotonic()
    wait(lambda: bench.descriptors() >= empty + count, 5)
    full, used = bench.descriptors(), bench.resident()
    each = (used - before) / count
    rest = bench.processor_seconds()
    time.sleep(2)
    rest = (bench.processor_seconds() - rest) / 2
    beside = bench.bench("--connections", 4, "--duration", 3, "--warm-up", 1)
    is_open = consumers.count()
    print(f"{count} idle connections made in {opened - begun:.0f} s: {is_open} stay open, {full - empty} descriptors, "
          f"{each / 1024:.1f} KiB of memory each, {rest * 100:.0f} % of a core while nothing is said; exchanges beside them "
          f"{milliseconds(beside)}, {beside['requestsPerSecond']}/s (without them {milliseconds(alone)}, "
          f"{alone['requestsPerSecond']}/s)", flush=True)
    bench.check(is_open == count and consumers.refused == 0, f"{is_open} of {count} idle connections are open")
    bench.check(each < 128 << 10, f"an idle connection takes {each / 1024:.0f} KiB")
    bench.check(beside["failed"] == 0, f"exchanges beside idle connections failed: {beside['errors']}")
    # One exchange waits for no more than one look at all connections, which is made five times a second.
    bench.check(beside["latencyMicroseconds"]["p99"] < alone["latencyMicroseconds"]["p99"] + 250_000,
                f"exchanges beside idle connections are slow: {milliseconds(beside)}")

    more, series = Consumers(bench), 'hansa_relay_handshakes_refused_total{reason="too_many_connections"}'
    refused = bench.counted(series)
    more.open(3 * spare)
    kept = more.count()
    refused = bench.counted(series) - refused
    print(f"At the bound {kept} of {3 * spare} more are let in, {refused:.0f} are closed unheard", flush=True)
    bench.check(0 < kept <= spare and refused >= 2 * spare and more.refused >= 2 * spare,
                f"at its bound the gateway let in {kept} where it had {spare} to give, and counted {refused:.0f} refused")
    bench.check(consumers.count() == count, "connections were closed for others to come in")
    more.close()

    consumers.close(count // 2)
    left = time.monotonic()
    bench.check(wait(lambda: bench.descriptors() <= full - count // 2 + 8, 15), "descriptors of those who left are not given back")
    print(f"{count // 2} leave: their descriptors are given back after {time.monotonic() - left:.1f} s", flush=True)
    again = Consumers(bench)
    again.open(spare)
    bench.check(again.count() == spare, "after some left, others are not let in")
    again.close()
    bench.check(consumers.count() == count - count // 2, "connections that stayed were closed before their time")
    closed = wait(lambda: consumers.count() == 0, bound + 20)
    ended = time.monotonic() - opened
    # Connections to the provider's system are kept for a while without work; there were some before too.
    bench.check(wait(lambda: bench.descriptors() <= empty + 4, 60), "descriptors of idle connections are not given back")
    print(f"The others are closed {ended:.0f} s after the last of them was made (idle bound: {bound} s); "
          f"resident before {before >> 20}, with them {used >> 20}, after {bench.resident() >> 20} MiB", flush=True)
    bench.check(closed and ended < bound + 2, f"idle connections outlived their bound of {bound} s: {ended:.0f} s")
    consumers.close()
    # What the allocator keeps is used again: the more often as many come and go, the less each time adds.
    grown = []
    for _ in range(4):
        held, consumers = bench.resident(), Consumers(bench)
        consumers.open(count // 4)
        wait(lambda: bench.descriptors() >= empty + count // 4 - 4, 5)
        grown.append(bench.resident() - held)
        consumers.close()
        wait(lambda: bench.descriptors() <= empty + 4, 30)
    print(f"{count // 4} come and go four times: {', '.join(f'{more >> 10:,}' for more in grown)} KiB more each time, "
          f"{bench.resident() >> 20} MiB in the end", flush=True)
    bench.check(grown[-1] < each * (count // 4) / 2, "memory of connections that ended is not used again")


# MARK: Overload


def overload(bench, seconds, bound):
    """The gateway has the first half of the cores to itself: a client that waits for a core would be measured in its place.
    The one city that asks may have as much under way as all: what is shed is shed since the gateway has no time for it.
    """
    note("Twice the capacity")
    cores = os.cpu_count()
    own, others = f"0-{cores // 2 - 1}", f"{cores // 2}-{cores - 1}"
    bench.restart(f"exchange.event-loops={cores // 2}", "limits.exchanges-per-city=4096")
    bench.bind("hansa", own)
    bench.bind("upstream", others)
    threads = cores - cores // 2
    wide = ["--connections", 40, "--streams", 100, "--threads", threads]
    capacity = bench.bench("--connections", 64, "--threads", threads, "--duration", 5, cores=others)["requestsPerSecond"]
    half = bench.bench(*wide, "--duration", min(10, seconds), "--rate", capacity / 2, cores=others)
    before, named = bench.resident(), f"{bench.dir}/named"
    load = bench.bench(*wide, "--duration", seconds, "--rate", 2 * capacity, "--warm-up", 0, "--receipts", named, cores=others)
    after = bench.bench("--connections", 4, "--rate", min(50, capacity / 4), "--warm-up", 1, "--duration", 3, cores=others)
    shed, busy = load["errors"].get("status 503", 0), load["clientCpuMilliseconds"] / seconds / 10 / threads
    count = bench.check_receipts(named, "overload")
    peak = load["servers"][0]["peakMemoryBytes"]
    print(f"On cores {own}, the client on {others}: capacity {capacity}/s. Half of it: {milliseconds(half)}. Twice, for {seconds} s: "
          f"{load['completed']} answered ({load['requestsPerSecond']}/s), {shed} shed with 503, other errors "
          f"{ {name: n for name, n in load['errors'].items() if name != 'status 503'} }; what was let in took {milliseconds(load)} "
          f"from when it was due, {milliseconds(load, 'answeringMicroseconds')} from when it left the client, which used "
          f"{busy:.0f} % of its cores; resident {before >> 20} MiB before, {peak >> 20} at most; all {count} receipts stored. "
          f"A second later: {milliseconds(after)}", flush=True)
    bench.check(half["failed"] == 0, f"at half load exchanges failed: {half['errors']}")
    bench.check(shed > 0 and load["failed"] == shed, f"under overload other things happen than 503: {load['errors']}")
    bench.check(load["requestsPerSecond"] > capacity / 2, "most of the capacity goes into refusing")
    bench.check(busy < 90, f"the client itself had no time left ({busy:.0f} % of its cores), and its waiting is measured")
    bench.check(load["latencyMicroseconds"]["p99"] < bound * 1000,
                f"what is let in under overload takes too long: {milliseconds(load)}")
    bench.check(peak < before + (256 << 20), f"memory grows under overload, to {peak >> 20} MiB")
    bench.check(after["failed"] == 0 and after["latencyMicroseconds"]["p99"] < half["latencyMicroseconds"]["p99"] + 250_000,
                f"a second after the overload the gateway is not itself: {milliseconds(after)}, {after['errors']}")


# MARK: Descriptors


def descriptors(bench, seconds, files=120):
    note("No descriptors left")
    bench.restart(files=files)
    named = f"{bench.dir}/named"
    results = {}

    def run():
        results["load"] = bench.bench("--connections", 6, "--duration", seconds, "--warm-up", 0, "--receipts", named)
    load = threading.Thread(target=run)
    load.start()
    wait(lambda: bench.descriptors() > 40, 5)
    # Strangers take what is left: connections to both listeners that say nothing, closed by their bounds and made again.
    strangers, exhausted, end = [], 0, time.monotonic() + seconds / 2
    while time.monotonic() < end:
        for port in ("public", "exchange"):
            for host in range(1, 5):
                stranger = socket.socket()
                stranger.setblocking(False)
                stranger.bind((f"127.0.1.{host}", 0))
                with contextlib.suppress(BlockingIOError):
                    stranger.connect(("127.0.0.1", bench.ports[port]))
                strangers.append(stranger)
        while len(strangers) > 400:
            strangers.pop(0).close()
        exhausted += bench.descriptors() >= files
        time.sleep(0.02)
    for stranger in strangers:
        stranger.close()
    freed = time.monotonic()
    bench.wait_until_ready()
    ready = time.monotonic() - freed
    after = bench.bench("--connections", 4, "--duration", 1, "--warm-up", 0)
    load.join()
    count = bench.check_receipts(named, "without descriptors")
    load = results["load"]
    print(f"`ulimit -n {files}`, all taken {exhausted} times of those looked at: {load['completed']} exchanges on open connections "
          f"went on ({milliseconds(load)}), {load['errors']}; all {count} receipts stored; ready {ready:.1f} s after descriptors "
          f"were free again, new connections {milliseconds(after)}", flush=True)
    bench.check(exhausted > 0, "the descriptors were never all taken, so that nothing was shown")
    bench.check(load["failed"] == 0, f"exchanges on open connections failed: {load['errors']}")
    bench.check(ready < 5 and after["failed"] == 0, f"connections are not taken again: {after['errors']}")


def main():
    parser = argparse.ArgumentParser(prog="Scripts/security load", description=__doc__.splitlines()[0])
    parser.add_argument("--hansa", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--connections", type=int, default=10_000, help="how many that are idle (default: 10000)")
    parser.add_argument("--seconds", type=int, default=60, help="how long the overload lasts (default: 60)")
    parser.add_argument("--bound", type=int, default=1000,
                        help="milliseconds that p99 of what is let in may be under overload (default: 1000)")
    parser.add_argument("--only", choices=["idle", "overload", "descriptors"], help="only that part")
    options = parser.parse_args()
    if os.cpu_count() < 2 and options.only in (None, "overload"):
        sys.exit("the overload needs two cores or more: one for the gateway, one for its client")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if limit != resource.RLIM_INFINITY and limit < options.connections + 8192:
        sys.exit(f"{options.connections} connections need `ulimit -n {options.connections + 8192}`, which here is {limit}")
    with contextlib.ExitStack() as stack:
        directory = tempfile.mkdtemp(prefix="hansa-load-")
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        bench = LoadedNetwork(options.hansa, directory, stack)
        bench.begin()
        parts = {"idle": lambda: idle(bench, options.connections), "overload": lambda: overload(bench, options.seconds, options.bound),
                 "descriptors": lambda: descriptors(bench, min(20, options.seconds))}
        for name, part in parts.items():
            if options.only in (None, name):
                part()
        if bench.problems:
            sys.exit("\n".join(bench.problems))


if __name__ == "__main__":
    main()
