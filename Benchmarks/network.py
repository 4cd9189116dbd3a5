"""A network of one gateway, a provider and a consumer on the loopback address, with nginx beside it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

PROVIDER, CONSUMER, OPERATOR = "MA.840.5363000", "MA.156.1301", "MA.156.1301.90"

UPSTREAM = """
daemon off; pid {dir}/upstream.pid; error_log {dir}/upstream.log; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; client_max_body_size 0; client_body_buffer_size 128k;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
  uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5; default_type application/octet-stream; sendfile on;
  server {{
    listen 127.0.0.1:{upstream} ssl; ssl_protocols TLSv1.3;
    ssl_certificate {provider}/certificates/tls-1.pem; ssl_certificate_key {provider}/keys/tls-1.pem;
    root {dir}/files;
    location /sink {{ return 200 "taken"; }}
  }}
}}
"""

PROXY = """
daemon off; pid {dir}/proxy.pid; error_log {dir}/proxy.log; worker_processes {cores};
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; client_max_body_size 0; client_body_buffer_size 128k;
  client_body_temp_path {dir}/p1; proxy_temp_path {dir}/p2; fastcgi_temp_path {dir}/p3;
  uwsgi_temp_path {dir}/p4; scgi_temp_path {dir}/p5;
  upstream provider {{ server 127.0.0.1:{upstream}; keepalive 256; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{proxy} ssl http2; ssl_protocols TLSv1.3; http2_max_concurrent_streams 128;
    ssl_certificate {node}/certificates/tls-1.pem; ssl_certificate_key {node}/keys/tls-1.pem;
    ssl_client_certificate {consumer}/certificates/tls-1.pem; ssl_verify_client on;
    location / {{
      proxy_pass https://provider; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_ssl_protocols TLSv1.3; proxy_ssl_session_reuse on;
      proxy_ssl_certificate {node}/certificates/tls-1.pem; proxy_ssl_certificate_key {node}/keys/tls-1.pem;
      proxy_ssl_trusted_certificate {provider}/certificates/tls-1.pem; proxy_ssl_verify on;
      proxy_ssl_name provider.example;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def note(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    """The network; what it starts is stopped when the stack is left."""

    def __init__(self, hansa, directory, stack):
        self.program, self.dir, self.stack = hansa, directory, stack
        self.node, self.provider, self.consumer = (f"{directory}/{n}" for n in ("node", "provider", "consumer"))
        self.ports = {name: free_port() for name in ("upstream", "proxy", "exchange", "public")}
        self.servers = {}

    def hansa(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"hansa {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name, command):
        log = open(f"{self.dir}/{name}.out", "w")
        self.servers[name] = subprocess.Popen(command, stdout=log, stderr=log)
        self.stack.callback(self.stop, name)

    def serve(self, *settings, files=None):
        """Starts the gateway, with settings `KEY=VALUE` before its file's, and with so many descriptors."""
        limit = ["prlimit", f"--nofile={files}"] if files else []
        words = [word for setting in settings for word in ("--set", setting)]
        self.start("hansa", [*limit, self.program, "serve", "--directory", self.node, *words])
        self.wait_until_ready()

    def wait_until_ready(self):
        url = f"http://127.0.0.1:{self.ports['public']}/health/ready"
        for _ in range(1200):
            if self.servers["hansa"].poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                return
            time.sleep(0.05)
        with open(f"{self.dir}/hansa.out") as log:
            sys.exit(f"the gateway did not become ready:\n{log.read()[-4000:]}")

    def stop(self, name):
        self.servers[name].send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.servers[name].wait(15)
        self.servers[name].kill()

    def wait_for(self, name, port):
        for _ in range(300):
            if self.servers[name].poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.1)
        with open(f"{self.dir}/{name}.out") as log:
            sys.exit(f"{name} did not start:\n{log.read()}")

    def begin(self):
        note("Setting up a network, its data and nginx")
        os.mkdir(f"{self.dir}/files")
        for name, size in (("1k", 1 << 10), ("64k", 64 << 10), ("16m", 16 << 20)):
            with open(f"{self.dir}/files/{name}", "wb") as file:
                file.write(os.urandom(size))
        with open(f"{self.dir}/files/4g", "wb") as file:
            file.truncate(4 << 30)
        exchange, public = (f"127.0.0.1:{self.ports[n]}" for n in ("exchange", "public"))
        self.hansa("network", "init", "--directory", self.node, "--name", "ledger.example/bench", "--operator",
                   OPERATOR, "--title", "en=Bench", "--private-upstreams", "--exchange-listen", exchange,
                   "--public-listen", public)
        self.serve()
        for code, home in ((PROVIDER, self.provider), (CONSUMER, self.consumer)):
            self.hansa("key", "generate", "tls", "exchange", "policy", "policy", "registry", "--algorithm", "ES256",
                       "--code", code, "--ip-address", "127.0.0.1", "--dns-name", "provider.example", "--home", home)
            self.hansa("network", "join", "--code", code, "--node", f"http://{public}", "--gateway",
                       f"https://{exchange}", "--gateway-certificate", f"{self.node}/certificates/tls-1.pem",
                       "--home", home)
            self.hansa("identity", "apply", "--title", "en=City", "--home", home)
            self.hansa("identity", "approve", code, "--home", self.node)
        self.publish()
        self.begin_nginx()

    def publish(self):
        dataset, policy = f"{self.dir}/dataset.yaml", f"{self.dir}/policy.yaml"
        with open(dataset, "w") as file:
            file.write(f"name: bench\ntitle: {{en: Bench}}\norigin: https://127.0.0.1:{self.ports['upstream']}/\nactions:\n"
                       "  - {methods: [GET], path: /**, action: read}\n"
                       "  - {methods: [POST], path: /**, action: inform}\n")
        with open(policy, "w") as file:
            rules = "".join(
                f"  - uid: urn:bench#{action}\n    assigner: {PROVIDER}\n    assignee: {CONSUMER}\n"
                f"    target: {PROVIDER}/bench\n    action: {action}\n" for action in ("read", "inform"))
            file.write(f"type: Set\nuid: urn:bench\ntitle: Bench\npermission:\n{rules}")
        self.hansa("dataset", "publish", dataset, "--home", self.provider)
        proposed = json.loads(self.hansa("policy", "propose", policy, "--json", "--home", self.provider))
        self.hansa("policy", "approve", proposed["hash"], "--home", self.provider)

    def begin_nginx(self):
        values = dict(self.ports, dir=self.dir, node=self.node, provider=self.provider, consumer=self.consumer,
                      cores=os.cpu_count())
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        for name, text in (("upstream", UPSTREAM), ("proxy", PROXY)):
            with open(f"{self.dir}/{name}.conf", "w") as file:
                file.write(text.format(**values))
            # As root nginx gives its workers to another user, who could not read the directory.
            user = ["-g", "user root;"] if os.geteuid() == 0 else []
            self.start(name, [nginx, "-e", f"{self.dir}/{name}.log", "-c", f"{self.dir}/{name}.conf", *user])
            self.wait_for(name, self.ports[name])

    def measure(self, way, target, options, seconds):
        """One run; the processes between client and upstream are the ones that are charged."""
        gateway = f"{self.node}/certificates/tls-1.pem"
        if way == "hansa":
            where, processes = f"{PROVIDER}/bench/{target}", [self.servers["hansa"].pid]
        elif way == "nginx":
            where, processes = f"https://127.0.0.1:{self.ports['proxy']}/{target}", [self.servers["proxy"].pid]
        else:
            where, processes = f"https://127.0.0.1:{self.ports['upstream']}/{target}", [self.servers["upstream"].pid]
            gateway = f"{self.provider}/certificates/tls-1.pem"
        if way == "direct" and "--streams" in options:
            return None
        if way != "hansa":
            options = [option for option in options if option != "--signed-responses"]
        words = ["bench", "exchange", where, "--home", self.consumer, "--gateway-certificate", gateway, "--duration",
                 str(seconds), "--warm-up", "1", "--json", *options, "--process", *map(str, processes)]
        done = subprocess.run([self.program, *words], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"hansa {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        result = json.loads(done.stdout)
        if result["failed"] > result["completed"] / 1000:
            sys.exit(f"{way}, {target}: {result['failed']} of {result['completed']} failed: {result['errors']}")
        return result
