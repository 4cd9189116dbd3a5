"""What else the budget names: handshakes, latency at half load, memory, cores, stages, stores, decisions.

Each answers lines of text and figures for JSON.
"""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

from network import PROVIDER, free_port, note

CONNECTIONS = 200


def ticks(process):
    """Clock ticks of processor time that a process and its children used."""
    total, families = 0, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        families[int(entry)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    for one, (parent, used) in families.items():
        if process in (one, parent):
            total += used
    return total


def connect(context, port, target, session):
    """One connection with one request; answers its session, and whether it was resumed."""
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        with context.wrap_socket(plain, server_hostname="provider.example", session=session) as secure:
            secure.sendall(f"GET {target} HTTP/1.1\r\nHost: provider.example\r\nConnection: close\r\n\r\n".encode())
            try:
                while secure.recv(65536):
                    pass
            except OSError:
                pass
            return secure.session, secure.session_reused


def handshakes(bench):
    """Processor time of a connection with one request that ends there: a whole handshake, and a resumed one."""
    figures, lines = {}, ["| new connection | µs full | µs resumed | resumed |", "| --- | --- | --- | --- |"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(f"{bench.consumer}/certificates/tls-1.pem", f"{bench.consumer}/keys/tls-1.pem")
    for way, port, target in (("nginx", "proxy", "/none"), ("hansa", "exchange", "/none")):
        note(f"Handshakes, {way}")
        process, costs, resumed = bench.servers["proxy" if way == "nginx" else "hansa"].pid, {}, 0
        for kind in ("full", "resumed"):
            session, _ = connect(context, bench.ports[port], target, None)
            start = ticks(process)
            for _ in range(CONNECTIONS):
                now, reused = connect(
                    context, bench.ports[port], target, session if kind == "resumed" else None)
                if kind == "resumed":
                    session, resumed = now or session, resumed + reused
            costs[kind] = (ticks(process) - start) * 1e6 / os.sysconf("SC_CLK_TCK") / CONNECTIONS
        figures[way] = {"fullMicroseconds": costs["full"], "resumedMicroseconds": costs["resumed"],
                        "resumed": resumed, "connections": CONNECTIONS}
        lines.append(f"| {way} | {costs['full']:.0f} | {costs['resumed']:.0f} | {resumed} of {CONNECTIONS} |")
    return "\n".join(lines), figures


def half_load(bench, seconds, rounds=3):
    """p99 where requests are due at half the rate that Hansa can keep up with, for both ways alternating."""
    words = ["--connections", "32"]
    note("Half load: the rate")
    full = bench.measure("hansa", "1k", words, seconds)["requestsPerSecond"]
    found = {"nginx": [], "hansa": []}
    for turn in range(rounds):
        for way, latencies in found.items():
            note(f"Half load: round {turn + 1} of {rounds}, {way}")
            result = bench.measure(way, "1k", words + ["--rate", str(full // 2)], seconds)
            latencies.append(result["latencyMicroseconds"]["p99"] / 1000)
    nginx, hansa = (sorted(found[way])[rounds // 2] for way in ("nginx", "hansa"))
    return (f"At half load ({full // 2}/s) p99 is {hansa:.1f} ms through Hansa and {nginx:.1f} ms through nginx: "
            f"{hansa - nginx:.1f} ms more (budget: 5 ms)",
            {"requestsPerSecond": full // 2, "nginxMilliseconds": nginx, "hansaMilliseconds": hansa})


def peak(process):
    with open(f"/proc/{process}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024


def memory(bench):
    """The most that is resident while 16 MiB and while 4 GiB pass through."""
    process, figures = bench.servers["hansa"].pid, {}
    for name in ("16m", "4g"):
        note(f"Memory: {name}")
        with open(f"/proc/{process}/clear_refs", "w") as file:
            file.write("5")
        words = ["fetch", f"{PROVIDER}/bench/{name}", "--home", bench.consumer]
        with open(os.devnull, "wb") as sink:
            done = subprocess.run([bench.program, *words], stdout=sink, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"hansa {' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
        figures[name] = peak(process)
    return (f"Resident at most while passing on 16 MiB: {figures['16m']:.0f} MiB; 4 GiB: {figures['4g']:.0f} MiB",
            {"16MiB": figures["16m"], "4GiB": figures["4g"]})


def cores(bench, seconds):
    """Throughput with the gateway bound to one core, and with all of them; the client shares them."""
    process, words, figures = str(bench.servers["hansa"].pid), ["--connections", "32"], {}
    for name, mask in (("one", "0"), ("all", f"0-{os.cpu_count() - 1}")):
        note(f"Cores: {name}")
        subprocess.run(["taskset", "-acp", mask, process], check=True, capture_output=True)
        figures[name] = bench.measure("hansa", "1k", words, seconds)["requestsPerSecond"]
    return (f"Bound to 1 core {figures['one']}/s, to {os.cpu_count()} cores {figures['all']}/s: "
            f"× {figures['all'] / figures['one']:.2f} (client and upstream share them)",
            {"oneCore": figures["one"], "allCores": figures["all"], "cores": os.cpu_count()})


def stages(bench, seconds):
    """What each step of a small exchange costs, as a share of all that the gateway spends on one."""
    note("Steps")
    done = subprocess.run([bench.program, "bench", "stages", "--directory", bench.dir, "--json"],
                          capture_output=True, text=True, check=True)
    steps = json.loads(done.stdout)
    words = ["--connections", "32"]
    nginx, hansa = (bench.measure(way, "1k", words, seconds)["serverNanosecondsPerRequest"] / 1000
                    for way in ("nginx", "hansa"))
    lines = ["| step | µs | share | operation µs | × operation |", "| --- | --- | --- | --- | --- |"]
    rest = hansa
    for name, step in steps.items():
        cost, raw = step["nanoseconds"] / 1000, step.get("primitiveNanoseconds", 0) / 1000
        rest -= cost
        lines.append(f"| {name} | {cost:.1f} | {100 * cost / hansa:.0f} % | " +
                     (f"{raw:.1f} | {cost / raw:.1f} |" if raw else "– | – |"))
    lines.append(f"| TLS, HTTP, passing on, all else | {rest:.1f} | {100 * rest / hansa:.0f} % | {nginx:.1f} (nginx's "
                 f"whole request) | {rest / nginx:.1f} |")
    lines.append(f"| one exchange | {hansa:.1f} | 100 % | | |")
    return "\n".join(lines), {"steps": steps, "nginxMicroseconds": nginx, "hansaMicroseconds": hansa}


def stores(program, directory, receipts, transactions):
    """Durable receipts and final transactions a second, and how soon a store of that many is open again."""
    figures, lines = {}, []
    for what, count, budget in (("receipts", receipts, 20_000), ("ledger", transactions, 5_000)):
        note(f"Stores: {count} {what}")
        done = subprocess.run([program, "bench", what, "--count", str(count), "--directory", directory, "--json"],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"hansa bench {what}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        result = figures[what] = json.loads(done.stdout)
        lines.append(f"{what}: {result['perSecond']}/s durable (budget: {budget}/s), p99 "
                     f"{result['latencyMicroseconds']['p99'] / 1000:.1f} ms; {count} of them are open again after "
                     f"{result['reopeningMilliseconds'] / 1000:.2f} s")
    text, figures["start"] = start_up(program, directory, receipts, transactions)
    return "\n".join([*lines, text]), figures


def start_up(program, directory, receipts, transactions, times=5):
    """From the start of `hansa serve` until it says that it is ready, with so much on disk: first after it was filled, when every
    receipt's signature may still live, then again.
    """
    note(f"Start-up: a node with {receipts} receipts and {transactions} transactions")
    node, (exchange, public) = f"{directory}/filled", (f"127.0.0.1:{free_port()}" for _ in range(2))
    taken, resident = [], []
    for words in (
        ["network", "init", "--directory", node, "--name", "ledger.example/filled", "--operator", "MA.156.1301.90",
         "--exchange-listen", exchange, "--public-listen", public],
        ["bench", "node", "--directory", node, "--receipts", str(receipts), "--transactions", str(transactions),
         "--log-level", "warning"],
    ):
        done = subprocess.run([program, *words], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"hansa {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    for _ in range(times):
        with open(f"{directory}/filled.out", "w") as log:
            begun = time.monotonic()
            server = subprocess.Popen([program, "serve", "--directory", node], stdout=log, stderr=log)
        try:
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{public}/health/ready", timeout=5):
                    break
                if server.poll() is not None or time.monotonic() > begun + 120:
                    with open(f"{directory}/filled.out") as log:
                        sys.exit(f"the filled node does not become ready:\n{log.read()[-4000:]}")
                time.sleep(0.005)
            taken.append(time.monotonic() - begun)
            resident.append(peak(server.pid))
        finally:
            server.terminate()
            server.wait(30)
    return (f"`hansa serve` with {receipts} receipts and {transactions} transactions is ready after {taken[0]:.2f} s, then "
            f"{', '.join(f'{seconds:.2f}' for seconds in taken[1:])} s (budget: 2 s); at most {max(resident):.0f} MiB resident",
            {"readySeconds": taken, "peakMebibytes": max(resident)})


def decision(program, policies):
    """One decision where so many policies are in force, ten of them about the dataset."""
    note(f"Policies: a decision among {policies}")
    done = subprocess.run([program, "bench", "policy", "--policies", str(policies), "--json"],
                          capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    cost = {name: result[f"{name}Nanoseconds"] for name in ("decision", "lookUp", "evaluation")}
    return (f"one decision among {policies} policies takes {cost['decision']['median'] / 1000:.2f} us (budget: 5 us), 99 % at "
            f"most {cost['decision']['p99'] / 1000:.2f} us; finding the policies is {cost['lookUp']['median'] / 1000:.2f} us of "
            f"it, evaluating them {cost['evaluation']['median'] / 1000:.2f} us", result)
