"""The hub and its peers: how each is started, and how the load generator speaks to it.

A peer that Debian does not have installed is `Missing`; one that does not start is an error that names its log.
"""

import contextlib
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field

START_SECONDS_MAX = 10
# What the generator looks for in every message: the scheduled time and a running number. It stands in a JSON string
# of the hub's event, so it has no quotes of its own.
STAMP = "t={T} n={N}"
STAMP_BYTE_COUNT = 2 + 16 + 3 + 10


class Missing(Exception):
    """Not installed; the message names the Debian package."""


class NotStarted(Exception):
    """It is there and does not start; the message is the end of its log."""


@dataclass
class Server:
    name: str
    process: subprocess.Popen
    port: int
    subscribe: list = field(default_factory=list)  # wsload's arguments for a subscriber
    publish: list = field(default_factory=list)  # and for a publisher
    idle: list = field(default_factory=list)  # and for a connection that only opens
    pages: tuple = ()  # a URL for the REST scenario

    def pids(self):
        """The process and its children: nginx works in one."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return [str(self.process.pid), *found]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def installed(program, package):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise Missing(f"not installed (Debian package {package})")
    return path


def start(argv, log, port=None):
    """Starts a server. Without `port`, its first line on stdout is waited for and returned, else the port's opening."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROOST_")}
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stderr=errors, start_new_session=True, env=environment,
            stdout=subprocess.DEVNULL if port else subprocess.PIPE, text=True)
    deadline = time.monotonic() + START_SECONDS_MAX
    if port is None and select.select([process.stdout], [], [], START_SECONDS_MAX)[0]:
        if line := process.stdout.readline().strip():
            return process, line
    while port and process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process, ""
        time.sleep(0.02)
    process.kill()
    process.wait()
    tail = pathlib.Path(log).read_text(errors="replace")[-400:]
    raise NotStarted(f"{argv[0]} did not start: {tail.strip() or 'no message'}")


def ask(url, body=None):
    """One JSON request to the hub; returns `data`."""
    request = urllib.request.Request(url, headers={"Content-Type": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def hub(binary, folder, *flags):
    """The release build, durability full. A publish is `cards.update`: its event is the whole card."""
    roots = folder / "repositories"
    (roots / "demo").mkdir(parents=True)
    process, url = start([binary, "serve", "--data", str(folder / "data"), "--listen", "127.0.0.1:0",
                          "--roots", str(roots), "--log-level", "warning", *flags], folder / "hub.log")
    server = Server("roost", process, int(url.rsplit(":", 1)[1]), idle=["--path", "/api/ws", "--ready", '"hello"'])
    try:
        project = ask(f"{url}/api/projects", {"path": str(roots / "demo"), "init": True})["id"]
        cards = f"{url}/api/projects/demo/cards"
        card = [ask(cards, {"title": f"Card {number}"}) for number in range(50)][0]["id"]
    except Exception:
        server.stop()
        raise
    channel = json.dumps({"type": "subscribe", "id": 1, "payload": {"channel": f"project:{project}"}})
    title = {"type": "cards.update", "payload": {"card": card, "title": STAMP}}
    server.subscribe = ["--path", "/api/ws", "--send", channel, "--ready", '"subscribed"']
    server.publish = ["--pub-ready", '"hello"', "--msg", json.dumps(title)]
    server.pages = (cards,)
    return server


def ideal(binary, folder, message_bytes, *mode, name="ideal"):
    """Plain C that sends every message to every socket, one at a time."""
    process, port = start([binary, *mode], folder / "ideal.log")
    # Its subscribers need not ask; its publisher is known by its path.
    return Server(name, process, int(port), publish=["--pub-path", "/pub", "--msg", padded(message_bytes)])


def ideal_gathering(binary, folder, message_bytes):
    """The same, with the messages that came together in one system call: the floor."""
    return ideal(binary, folder, message_bytes, "gather", name="ideal, gathering")


def nats(folder, message_bytes):
    binary, clients, port = installed("nats-server", "nats-server"), free_port(), free_port()
    configuration = folder / "nats.conf"
    configuration.write_text(
        f'host: 127.0.0.1\nport: {clients}\nmax_connections: 20000\nmax_pending: 268435456\nwrite_deadline: "10s"\n'
        f"websocket {{ host: 127.0.0.1, port: {port}, no_tls: true, compression: false }}\n")
    process, _ = start([binary, "-c", str(configuration)], folder / "nats.log", port)
    hello = r'CONNECT {"verbose":false,"pedantic":false,"headers":false}\r\n'
    alive = ["--reply", r"PING\r\n", r"PONG\r\n"]
    return Server(
        "nats-server", process, port,
        idle=["--send-bin", hello + r"PING\r\n", "--ready", "PONG", *alive],
        subscribe=["--send-bin", hello + r"SUB b 1\r\nPING\r\n", "--ready", "PONG", *alive],
        publish=["--pub-send-bin", hello + r"PING\r\n", "--pub-ready", "PONG",
                 "--msg-bin", rf"PUB b {message_bytes}\r\n{padded(message_bytes)}\r\n"])


def mosquitto(folder, message_bytes):
    binary, plain, port = installed("mosquitto", "mosquitto"), free_port(), free_port()
    configuration = folder / "mosquitto.conf"
    # The plain listener is needed: 2.0.11 refuses to start with WebSocket listeners alone.
    configuration.write_text(
        ("user root\n" if os.geteuid() == 0 else "") +
        "persistence false\nsys_interval 0\nlog_type error\nlog_dest stderr\nset_tcp_nodelay true\n"
        "max_queued_messages 0\nmax_queued_bytes 0\n"
        f"listener {plain} 127.0.0.1\nlistener {port} 127.0.0.1\nprotocol websockets\n"
        "allow_anonymous true\nmax_connections -1\n")
    process, _ = start([binary, "-c", str(configuration)], folder / "mosquitto.log", port)
    # MQTT 3.1.1, QoS 0: CONNECT with a client id of ten characters, SUBSCRIBE to "b", PUBLISH to "b".
    connect = r"\x10\x16\x00\x04MQTT\x04\x02\x00\x00\x00\x0a{}{{C}}"
    subscribe = r"\x82\x06\x00\x01\x00\x01b\x00"
    length = message_bytes + 3
    publish = rf"\x30\x{length % 128 | 128:02x}\x{length // 128:02x}\x00\x01b{padded(message_bytes)}"
    mqtt, connected = ["--proto", "mqtt"], r"\x20\x02\x00\x00"
    return Server(
        "mosquitto", process, port,
        idle=[*mqtt, "--send-bin", connect.format("idle"), "--ready", connected],
        subscribe=[*mqtt, "--send-bin", connect.format("subs"), "--send-bin", subscribe, "--ready", r"\x90\x03"],
        publish=["--pub-send-bin", connect.format("publ"), "--pub-ready", connected, "--msg-bin", publish])


def nchan(folder, message_bytes, page):
    """nginx with nchan, one worker, messages in memory; it also serves the REST scenario's body as a file."""
    binary, port = installed("nginx", "libnginx-mod-nchan"), free_port()
    module = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
    if not module.exists():
        raise Missing("not installed (Debian package libnginx-mod-nchan)")
    (folder / "page.json").write_bytes(page)
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                     ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"load_module {module};\n{'user root;' if os.geteuid() == 0 else ''}\ndaemon off; worker_processes 1;\n"
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log error;\nworker_rlimit_nofile 20000;\n"
        "events { worker_connections 12000; }\nhttp {\n"
        f"  access_log off; keepalive_requests 1000000000; tcp_nodelay on; {paths}\n"
        "  nchan_shared_memory_size 512M;\n"
        f"  server {{\n    listen 127.0.0.1:{port} backlog=4096;\n"
        f"    location = /page.json {{ root {folder}; default_type application/json; }}\n"
        "    location = /pub { nchan_publisher http websocket; nchan_channel_id b;"
        " nchan_message_buffer_length 1000; nchan_message_timeout 60s; }\n"
        "    location = /sub { nchan_subscriber websocket; nchan_channel_id b;"
        " nchan_subscriber_first_message newest; nchan_websocket_ping_interval 0; }\n  }\n}\n")
    process, _ = start([binary, "-c", str(configuration), "-e", str(folder / "nginx.log")], folder / "nchan.log", port)
    return Server("nginx + nchan", process, port, idle=["--path", "/sub"], subscribe=["--path", "/sub"],
                  publish=["--pub-path", "/pub", "--msg", padded(message_bytes)],
                  pages=(f"http://127.0.0.1:{port}/page.json",))


def padded(message_bytes):
    return f"{STAMP}{{P:{message_bytes - STAMP_BYTE_COUNT}}}"
