"""The hub and its peers: how each is started, and how the load generator speaks to it.

A peer that Debian does not have installed is `Missing`; one that does not start is an error that names its log.
"""

import contextlib
import json
import os
import pathlib
import resource
import select
import shutil
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

START_SECONDS_MAX = 10
# What the generator looks for in every message: the scheduled time and a running number. It stands in a JSON string
# of the hub's event, so it has no quotes of its own.
STAMP = "t={T} n={N}"
STAMP_BYTE_COUNT = 2 + 16 + 3 + 10
CHANNEL_COUNT = 1_000
# More than any scenario opens or sends on one connection: the peers have no such limits.
HUB_FLAGS = [
    f"--limit={limit}"
    for limit in (
        "messagesPerSecond=100000", "messageBurstMax=100000", "connectionCountMax=60000",
        "connectionsPerAddressMax=60000", "handshakesPerSecond=1000000")
]


class Missing(Exception):
    """Not installed; the message names the Debian package, or says that it is not built."""


class NotStarted(Exception):
    """It is there and does not start; the message is the end of its log."""


@dataclass
class Server:
    name: str
    process: subprocess.Popen
    port: int
    subscribe: list = field(default_factory=list)  # wsload's arguments for a subscriber
    publish: list = field(default_factory=list)  # and for a publisher
    pages: tuple = ()  # a URL for the REST scenario
    health: str = ""  # and for the one about HTTP alone
    card: str = ""  # the URL of a card, for the scenarios that read and move it
    move: dict = field(default_factory=dict)  # the body of its move
    broadcasts: bool = True  # whether it has messages and subscribers at all
    many_subscribe: list = field(default_factory=list)  # the same with CHANNEL_COUNT channels, wsload's groups
    many_publish: list = field(default_factory=list)
    ack_websocket: list = field(default_factory=list)  # a publisher whose messages are acknowledged
    ack_http: list = field(default_factory=list)
    resume: object = None  # () -> a subscriber's arguments, for one who has everything until now
    prepare_many: object = None  # called before the first scenario with many channels

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


class RawSQLite:
    """Stands among the servers where commits are measured; there is nothing to start or stop."""
    name = "raw SQLite"

    def stop(self):
        pass


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


def hub(binary, folder, *flags, name="roost"):
    """The release build, durability full unless `flags` say otherwise. A publish is `boards.update`, which tells of a whole board: the hub's smallest event that can
    be told again and again, 466 bytes, of which the frame's own members (channel, type, seq, ts, projectId, severity,
    actor) are 250."""
    roots = folder / "repositories"
    (roots / "demo").mkdir(parents=True)
    process, url = start([binary, "serve", "--data", str(folder / "data"), "--listen", "127.0.0.1:0", "--roots",
                          str(roots), "--log-level", "warning", *flags], folder / "hub.log")
    server = Server(name, process, int(url.rsplit(":", 1)[1]))
    try:
        ask(f"{url}/api/projects", {"path": str(roots / "demo"), "init": True})
        cards = f"{url}/api/projects/demo/cards"
        for number in range(50):
            ask(cards, {"title": f"Card {number}"})
        board = ask(f"{url}/api/projects/demo/boards")[0]["id"]
    except Exception:
        server.stop()
        raise

    def subscribe(channel, **more):
        frame = {"type": "subscribe", "id": 1, "payload": {"channel": channel} | more}
        return ["--path", "/api/ws", "--send", json.dumps(frame), "--ready", '"subscribed"']

    def publish(board, **more):
        frame = {"type": "boards.update", "payload": {"board": board, "name": STAMP}} | more
        return ["--pub-ready", '"hello"', "--pub-path", "/api/ws", "--msg", json.dumps(frame)]

    def here():
        with urllib.request.urlopen(cards, timeout=10) as answer:
            position = answer.headers["Roost-Position"]
        return subscribe("project:demo", after=position)

    def project(number):
        place = roots / f"p{number:04}"
        place.mkdir()
        ask(f"{url}/api/projects", {"path": str(place), "init": True})
        return ask(f"{url}/api/projects/p{number:04}/boards")[0]["id"]

    def prepare_many():
        with ThreadPoolExecutor(4) as workers:
            boards = list(workers.map(project, range(CHANNEL_COUNT)))
        (folder / "boards").write_text("\n".join(boards) + "\n")

    server.subscribe, server.publish = subscribe("project:demo"), publish(board)
    server.many_subscribe = subscribe("project:p{G}")
    server.many_publish = ["--values", str(folder / "boards"), *publish("{V}")]
    server.prepare_many, server.resume = prepare_many, here
    server.ack_websocket = [*publish(board, id=1), "--ack", '"reply"']
    server.ack_http = ["--pub-method", "PATCH", "--pub-path", f"/api/boards/{board}", "--msg",
                       json.dumps({"name": STAMP})]
    server.pages, server.health = (cards,), f"{url}/health"
    columns = ask(f"{url}/api/boards/{board}/columns")
    server.card = f"{url}/api/cards/{ask(cards)[0]['id']}"
    server.move = {"columnId": columns[-1]["id"]}
    return server


def ideal(binary, folder, message_bytes, *mode, name="ideal"):
    """Plain C that sends every message to every socket, one at a time."""
    process, port = start([binary, *mode], folder / "ideal.log")
    # Its subscribers need not ask; its publisher is known by its path.
    publish = ["--pub-path", "/pub", "--msg"]
    return Server(name, process, int(port), publish=[*publish, padded(message_bytes)],
                  many_subscribe=["--path", "/{G}"], many_publish=[*publish, padded(message_bytes, "#{G}")])


def node_ws(folder, message_bytes):
    modules = pathlib.Path("/usr/share/nodejs")
    if not (modules / "ws").exists():
        raise Missing("not installed (Debian package node-ws)")
    program = pathlib.Path(__file__).resolve().parent / "node_hub.js"
    process, port = start(["env", f"NODE_PATH={modules}", installed("node", "nodejs"), str(program)],
                          folder / "node.log")
    publish = ["--pub-path", "/pub", "--msg"]
    return Server("node-ws", process, int(port), subscribe=["--path", "/b"],
                  publish=[*publish, padded(message_bytes)],
                  many_subscribe=["--path", "/{G}"], many_publish=[*publish, padded(message_bytes, "#{G}")],
                  ack_websocket=["--pub-path", "/pub-ack", "--msg", padded(message_bytes)])


def ideal_gathering(binary, folder, message_bytes):
    """The same, with the messages that came together in one system call: the floor."""
    return ideal(binary, folder, message_bytes, "gather", name="ideal, gathering")


def nats(folder, message_bytes):
    binary, clients, port = installed("nats-server", "nats-server"), free_port(), free_port()
    configuration = folder / "nats.conf"
    configuration.write_text(
        f'host: 127.0.0.1\nport: {clients}\nmax_connections: 60000\nmax_pending: 268435456\nwrite_deadline: "10s"\n'
        f"websocket {{ host: 127.0.0.1, port: {port}, no_tls: true, compression: false }}\n")
    process, _ = start([binary, "-c", str(configuration)], folder / "nats.log", port)
    hello = r'CONNECT {"verbose":false,"pedantic":false,"headers":false}\r\n'
    alive = ["--reply", r"PING\r\n", r"PONG\r\n"]
    opening, text = ["--pub-send-bin", hello + r"PING\r\n", "--pub-ready", "PONG"], padded(message_bytes)
    return Server(
        "nats-server", process, port,
        subscribe=["--send-bin", hello + r"SUB b 1\r\nPING\r\n", "--ready", "PONG", *alive],
        publish=[*opening, "--msg-bin", rf"PUB b {message_bytes}\r\n{text}\r\n"],
        many_subscribe=["--send-bin", hello + r"SUB b{G} 1\r\nPING\r\n", "--ready", "PONG", *alive],
        many_publish=[*opening, "--msg-bin", rf"PUB b{{G}} {message_bytes}\r\n{text}\r\n"],
        ack_websocket=["--pub-send-bin", hello.replace('"verbose":false', '"verbose":true') + r"PING\r\n",
                       "--pub-ready", "PONG", "--msg-bin", rf"PUB b {message_bytes}\r\n{text}\r\n", "--ack", "+OK"])


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
    # MQTT 3.1.1, QoS 0: CONNECT with a client id of ten characters, SUBSCRIBE to and PUBLISH to topics of five bytes;
    # with QoS 1 a PUBLISH is answered with PUBACK.
    connect = r"\x10\x16\x00\x04MQTT\x04\x02\x00\x00\x00\x0a{}{{C}}"
    subscribe = r"\x82\x0a\x00\x01\x00\x05{}\x00"

    def publish(topic, flags=r"\x30", packet=""):
        length = message_bytes + 2 + 5 + (2 if packet else 0)
        return rf"{flags}\x{length % 128 | 128:02x}\x{length // 128:02x}\x00\x05{topic}{packet}{padded(message_bytes)}"

    mqtt, connected = ["--proto", "mqtt"], r"\x20\x02\x00\x00"
    opening = ["--pub-send-bin", connect.format("publ"), "--pub-ready", connected, "--msg-bin"]
    return Server(
        "mosquitto", process, port,
        subscribe=[*mqtt, "--send-bin", connect.format("subs"), "--send-bin", subscribe.format("ball!"),
                   "--ready", r"\x90\x03"],
        publish=[*opening, publish("ball!")],
        many_subscribe=[*mqtt, "--send-bin", connect.format("subs"), "--send-bin", subscribe.format("b{G}"),
                        "--ready", r"\x90\x03"],
        many_publish=[*opening, publish("b{G}")],
        ack_websocket=[*opening, publish("ball!", flags=r"\x32", packet=r"\x00\x01"), *mqtt, "--ack", r"\x40\x02"])


def nchan(folder, message_bytes, page, health):
    """nginx with nchan, one worker, messages in memory; it also serves what the HTTP scenarios ask for."""
    binary, port = installed("nginx", "libnginx-mod-nchan"), free_port()
    module = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
    if not module.exists():
        raise Missing("not installed (Debian package libnginx-mod-nchan)")
    (folder / "page.json").write_bytes(page)
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                     ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration, files = folder / "nginx.conf", resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    configuration.write_text(
        f"load_module {module};\n{'user root;' if os.geteuid() == 0 else ''}\ndaemon off; worker_processes 1;\n"
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log error;\nworker_rlimit_nofile {files};\n"
        f"events {{ worker_connections {files}; }}\nhttp {{\n"
        f"  access_log off; keepalive_requests 1000000000; tcp_nodelay on; {paths}\n"
        "  nchan_shared_memory_size 512M;\n"
        f"  server {{\n    listen 127.0.0.1:{port} backlog=4096;\n"
        f"    location = /page.json {{ root {folder}; default_type application/json; }}\n"
        f"    location = /health {{ default_type application/json; return 200 '{health}'; }}\n"
        "    location ~ ^/pub/(\\w+)$ { nchan_publisher http websocket; nchan_channel_id $1;"
        " nchan_message_buffer_length 1000; nchan_message_timeout 60s; }\n"
        "    location ~ ^/sub/(\\w+)$ { nchan_subscriber websocket; nchan_channel_id $1;"
        " nchan_subscriber_first_message newest; nchan_websocket_ping_interval 0; }\n"
        "    location ~ ^/all/(\\w+)$ { nchan_subscriber websocket; nchan_channel_id $1;"
        " nchan_subscriber_first_message oldest; nchan_websocket_ping_interval 0; }\n  }\n}\n")
    process, _ = start([binary, "-c", str(configuration), "-e", str(folder / "nginx.log")], folder / "nchan.log", port)
    text = padded(message_bytes)
    return Server("nginx + nchan", process, port, subscribe=["--path", "/sub/b"],
                  publish=["--pub-path", "/pub/b", "--msg", text], many_subscribe=["--path", "/sub/{G}"],
                  # A WebSocket publishes to one channel: many channels are published to over HTTP.
                  many_publish=["--pub", "http", "--pub-path", "/pub/{G}", "--msg", text],
                  ack_websocket=["--pub-path", "/pub/b", "--msg", text],
                  ack_http=["--pub-path", "/pub/b", "--msg", text], resume=lambda: ["--path", "/all/b"],
                  pages=(f"http://127.0.0.1:{port}/page.json",), health=f"http://127.0.0.1:{port}/health")


def hummingbird(binary, folder, health):
    """A hello-world on Swift's own network stack, one loop."""
    if not os.access(binary, os.X_OK):
        raise Missing("not built")
    port = free_port()
    process, _ = start([binary, str(port), health], folder / "hummingbird.log", port)
    return Server("hummingbird", process, port, broadcasts=False, health=f"http://127.0.0.1:{port}/health")


def hummingbird_grdb(binary, folder):
    """The plain service that one would write for a board of cards: Hummingbird, GRDB, durable commits."""
    if not os.access(binary, os.X_OK):
        raise Missing("not built")
    port = free_port()
    process, _ = start([binary, str(port), str(folder / "cards.sqlite")], folder / "rest.log", port)
    return Server("hummingbird + GRDB", process, port, broadcasts=False,
                  card=f"http://127.0.0.1:{port}/api/cards/card0", move={"columnId": "done"})


def padded(message_bytes, before=""):
    """A message of that size. `{G}` in what stands before the stamp is four digits."""
    count = len(before.replace("{G}", "0000"))
    return f"{before}{STAMP}{{P:{message_bytes - STAMP_BYTE_COUNT - count}}}"
