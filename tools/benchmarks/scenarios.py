"""What is measured, how, and against which targets. A target is the issue's word for what the hub must reach."""

import functools
import json
import pathlib
import re
import resource
import subprocess
import time
from dataclasses import dataclass
from typing import Callable

import servers
import vitals

# Flat out, so many messages are under way, from so many publishers; all servers are driven alike.
WINDOW, FLAT_OUT_PUBLISHERS = 64, 32
# As many as a process may have descriptors, but for its own, and as one address has ports towards another.
IDLE_CONNECTIONS = min(27_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 300)
REST_CONNECTIONS = 16
RETURNING, MISSED, STAYING = 1_000, 1_000, 50
# Opening so many connections takes the slowest of the servers a minute on a busy machine.
OPENING_SECONDS_MAX = 150
STEP_SECONDS_MAX = OPENING_SECONDS_MAX + 30


class Failed(Exception):
    """A server did not do what it was asked to."""


@dataclass
class Tools:
    """The C programs, built."""
    wsload: str
    raw_sqlite: str
    folder: pathlib.Path
    size: int = 0  # bytes of a message


@dataclass
class Scenario:
    name: str
    title: str
    run: Callable  # (tools, server, seconds) -> figures, or None for a server that it is not for
    metrics: list  # (name in the table, how it is had from the figures, digits)
    targets: list = ()  # (text, (table, own) -> value, bound, whether the value must be at least that)


SPEED = ("deliveries/s", lambda r: r["rate"], 0)
P50 = ("p50 ms", lambda r: r["lat_us"]["p50"] / 1e3, 1)
P99 = ("p99 ms", lambda r: r["lat_us"]["p99"] / 1e3, 1)
CPU = ("CPU µs/delivery", lambda r: r["srv_us_per_msg"], 2)
BROADCAST = [SPEED, P50, P99, CPU]
JOINING = [("subscribers/s", lambda r: r["conns"] / r["ready_ms"] * 1e3, 0),
           ("CPU µs/subscriber", lambda r: r["hs_srv_us"], 0), ("KB/connection", lambda r: r["kb_per_conn"], 1)]
READING = [("requests/s", lambda r: r["rate"], 0), ("p99 ms", lambda r: r["p99"], 1),
           ("CPU µs/request", lambda r: r["cpu"], 1)]
ON_A_CARD = [("p50 ms", lambda r: r["p50"], 3), *READING]
PUBLISHING = [("acknowledged/s", lambda r: r["acks_per_s"], 0), ("p50 ms", lambda r: r["lat_us"]["p50"] / 1e3, 2),
              ("p99 ms", lambda r: r["lat_us"]["p99"] / 1e3, 2), ("CPU µs/publish", lambda r: r["srv_us_per_ack"], 1)]
RETURN = [("all caught up s", lambda r: r["caught_up_ms"] / 1e3, 2), ("worst delay ms", lambda r: r["delay"], 1),
          ("CPU µs/delivery", lambda r: r["cpu"], 2)]


def started_load(tools, server, *more):
    return subprocess.Popen([tools.wsload, "--port", str(server.port), "--pids", ",".join(server.pids()),
                             *map(str, more)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def figures_of(run, server):
    try:
        output, errors = run.communicate(timeout=STEP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        raise
    if run.returncode != 0:
        raise Failed(f"{server.name}: {errors.strip()}")
    figures = json.loads(output)
    wrong = {name: figures[name] for name in ("failed", "closed", "proto_err", "lost", "http_bad") if figures[name]}
    wrong |= {name: figures[name] for name in ("open", "ready") if figures[name] != figures["conns"]}
    if wrong:
        raise Failed(f"{server.name}, with {figures['conns']} connections: {wrong} {errors.strip()}")
    return figures


def load(tools, server, *more):
    """One run of the load generator against a server; its figures."""
    return figures_of(started_load(tools, server, *more), server)


def broadcast(tools, server, seconds, subscribers, rate, publishers):
    return load(tools, server, "--conns", subscribers, *server.subscribe, "--pub", "ws", "--pub-conns", publishers,
                *server.publish, "--rate", rate, "--window", WINDOW, "--marker", "t=", "--seq", "n=",
                "--warmup", 0.5, "--duration", seconds, "--drain", 5)


def many(tools, server, seconds, rate):
    if server.many_publish == []:
        return None
    if server.prepare_many:
        server.prepare_many()
        server.prepare_many = None
    return load(tools, server, "--conns", 5 * servers.CHANNEL_COUNT, "--groups", servers.CHANNEL_COUNT,
                *server.many_subscribe, "--pub", "ws", "--pub-conns", FLAT_OUT_PUBLISHERS, *server.many_publish,
                "--rate", rate, "--window", WINDOW, "--marker", "t=", "--warmup", 0.5, "--duration", seconds,
                "--drain", 5)


def joining(tools, server, seconds):
    return load(tools, server, "--conns", IDLE_CONNECTIONS, *server.subscribe, "--conn-timeout",
                OPENING_SECONDS_MAX, "--warmup", 0, "--duration", 0.1)


def publishing(tools, server, seconds, door, durability, in_flight):
    if server.name == "raw SQLite":
        return raw_sqlite(tools, seconds, durability, in_flight)
    if server.name.startswith("roost") and server.name != HUBS[durability]:
        return None
    arguments = server.ack_websocket if door == "ws" else server.ack_http
    return arguments and load(
        tools, server, "--conns", 0, "--pub", door, "--pub-conns", in_flight, "--window", in_flight, "--flow", "ack",
        *arguments, "--warmup", 0.5, "--duration", seconds, "--drain", 5)


def raw_sqlite(tools, seconds, durability, batch):
    file = tools.folder / f"raw-{durability}-{batch}-{time.monotonic_ns()}.sqlite"
    run = subprocess.run([tools.raw_sqlite, str(file), durability, str(batch), str(seconds), str(tools.size)],
                         capture_output=True, text=True, timeout=STEP_SECONDS_MAX, check=True)
    figures = json.loads(run.stdout)
    return {"acks_per_s": figures["rate"], "srv_us_per_ack": figures["cpu"],
            "lat_us": {"p50": figures["p50"] * 1e3, "p99": figures["p99"] * 1e3}}


def returning(tools, server, seconds):
    """`RETURNING` clients come back at once, each `MISSED` messages behind, while `STAYING` go on at 50 messages/s."""
    if server.resume is None:
        return None
    who = server.resume()
    load(tools, server, "--conns", 1, *server.subscribe, "--pub", "ws", "--pub-conns", FLAT_OUT_PUBLISHERS,
         *server.publish, "--rate", 2_000, "--marker", "t=", "--warmup", 0, "--duration", MISSED / 2_000 + 0.05,
         "--drain", 5)
    staying = started_load(tools, server, "--conns", STAYING, *server.subscribe, "--pub", "ws", "--pub-conns", 1,
                           *server.publish, "--rate", 50, "--marker", "t=", "--warmup", 0.5, "--duration", 4,
                           "--drain", 5)
    time.sleep(1.5)
    before = vitals.cpu_seconds(server.pids())
    back = load(tools, server, "--conns", RETURNING, *who, "--inflight", RETURNING, "--expect", MISSED, "--marker",
                "t=", "--settle", 0, "--warmup", 0, "--duration", 0.05)
    cpu = vitals.cpu_seconds(server.pids()) - before
    stayed = figures_of(staying, server)
    if back["caught_up"] != RETURNING:
        raise Failed(f"{server.name}: {back['caught_up']} of {RETURNING} caught up")
    return {"caught_up_ms": back["caught_up_ms"], "delay": stayed["lat_us"]["max"] / 1e3,
            "cpu": cpu * 1e6 / back["delivered"]}


def reads(tools, server, seconds):
    return requests(server, server.pages[0], seconds) if server.pages else None


def health(tools, server, seconds):
    return requests(server, server.health, seconds) if server.health else None


# wrk's own way to send anything but a GET.
POST = """wrk.method, wrk.body = "POST", [==[%s]==]
wrk.headers["Content-Type"] = "application/json"
"""


def requests(server, url, seconds, script=None):
    before = vitals.cpu_seconds(server.pids())
    run = subprocess.run(["wrk", "-t1", f"-c{REST_CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency",
                          *(["-s", str(script)] if script else []), url],
                         capture_output=True, text=True, timeout=STEP_SECONDS_MAX)
    bad = re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", run.stdout)
    if run.returncode != 0 or bad:
        raise Failed(f"{server.name}: {bad[0] if bad else run.stderr.strip() or run.stdout.strip()}")
    count = int(re.search(r"(\d+) requests in", run.stdout)[1])
    milliseconds = {"us": 1e-3, "ms": 1, "s": 1e3}
    p50, p99 = (re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", run.stdout) for percent in (50, 99))
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)[1]),
            "p50": float(p50[1]) * milliseconds[p50[2]], "p99": float(p99[1]) * milliseconds[p99[2]],
            "cpu": (vitals.cpu_seconds(server.pids()) - before) * 1e6 / count}


def card_read(tools, server, seconds):
    return requests(server, server.card, seconds) if server.card else None


def card_move(tools, server, seconds):
    if not server.card:
        return None
    script = tools.folder / "move.lua"
    script.write_text(POST % json.dumps(server.move))
    return requests(server, f"{server.card}/move", seconds, script)


# The hub as it is set up for each durability.
HUBS = {"full": "roost", "normal": "roost, normal"}
PEERS = ("nginx + nchan", "nats-server", "mosquitto", "node-ws")


def at_most(text, bound, metric, server="roost"):
    return text, lambda table: table[server][metric], bound, False


def times(text, bound, metric, peer, own="roost"):
    """At least `bound` times the peer's."""
    return text, lambda table: table[own][metric] / table[peer][metric], bound, True


def above_all(text, metric):
    return (text, lambda table: table["roost"][metric] / max(table[peer][metric] for peer in PEERS if peer in table),
            1, True)


def beside_plain(table):
    return table["roost"]["p50 ms"] / table["hummingbird + GRDB"]["p50 ms"]


def no_worse(text, metric, peers=PEERS):
    return (text, lambda table: table["roost"][metric] / min(table[peer][metric] for peer in peers if peer in table),
            1, False)


def publish_scenario(door, durability, in_flight):
    way = {"ws": "WebSocket", "http": "REST"}[door]
    own = HUBS[durability]
    targets = []
    if durability == "full":
        targets = [times("× raw SQLite with the same batches", 0.5, "acknowledged/s", "raw SQLite", own)]
    elif in_flight > 1:
        targets = [("acknowledged/s", lambda table: table[own]["acknowledged/s"], 20_000, True)]
    name = f"publish-{way.lower()}-{durability}-{in_flight}"
    return Scenario(name, f"publishes over {way}, acknowledged after commit, durability {durability}, {in_flight} in "
                    "flight", functools.partial(publishing, door=door, durability=durability, in_flight=in_flight),
                    PUBLISHING, targets)


def paced(subscribers, rate):
    return Scenario(
        f"paced-{rate}x{subscribers}", f"{rate} messages/s to {subscribers:,} subscribers",
        functools.partial(broadcast, subscribers=subscribers, rate=rate, publishers=4), BROADCAST,
        [no_worse("p99 ÷ the best of the four", "p99 ms")] if subscribers == 1_000 else [])


# Idle comes first: a server that has had connections before does not ask the system for memory again.
SCENARIOS = [
    Scenario("idle", f"{IDLE_CONNECTIONS:,} connections that open and subscribe (the process's memory, without the "
             "kernel's)", joining, JOINING, [at_most("KB/connection", 4, "KB/connection")]),
    paced(200, 50), paced(1_000, 50), paced(1_000, 200),
    Scenario("fan-out", f"as fast as it goes to 1,000 subscribers, {WINDOW} messages under way that wait for one another",
             functools.partial(broadcast, subscribers=1_000, rate=0, publishers=FLAT_OUT_PUBLISHERS), BROADCAST,
             [at_most("CPU µs/delivery", 0.8, "CPU µs/delivery"),
              times("× NATS' deliveries/s", 2, "deliveries/s", "nats-server"),
              times("× nchan's", 5, "deliveries/s", "nginx + nchan"),
              times("× mosquitto's", 10, "deliveries/s", "mosquitto"),
              times("× node-ws'", 10, "deliveries/s", "node-ws")]),
    Scenario("many", "1,000 projects, 5 subscribers each, as fast as it goes", functools.partial(many, rate=0),
             BROADCAST, [at_most("CPU µs/delivery", 10, "CPU µs/delivery"),
                         above_all("× the best of the four's deliveries/s", "deliveries/s")]),
    Scenario("many-paced", "1,000 projects, 5 subscribers each, 2,000 messages/s", functools.partial(many, rate=2_000),
             BROADCAST, [no_worse("CPU ÷ nchan's", "CPU µs/delivery", PEERS[:1])]),
    *(publish_scenario(door, durability, in_flight)
      for durability in HUBS for door in ("ws", "http") for in_flight in (1, 64)),
    Scenario("resume", f"{RETURNING:,} clients come back at once, each {MISSED:,} messages behind; {STAYING} have stayed",
             returning, RETURN, [at_most("all caught up, s", 3, "all caught up s"),
                                 at_most("worst delay of those that stayed, ms", 100, "worst delay ms")]),
    Scenario("reads", f"REST: a page of 50 cards over {REST_CONNECTIONS} connections; nginx sends the same bytes from a "
             "file", reads, READING),
    Scenario("health", f"HTTP alone: GET /health over {REST_CONNECTIONS} connections, the same bytes from everybody",
             health, READING),
    Scenario("card-read", f"REST: one card over {REST_CONNECTIONS} connections, beside a plain service", card_read,
             ON_A_CARD, [("p50 ÷ Hummingbird + GRDB's", beside_plain, 1, False)]),
    Scenario("card-move", f"REST: a card is moved over {REST_CONNECTIONS} connections, each move a durable commit",
             card_move, ON_A_CARD, [("p50 ÷ Hummingbird + GRDB's", beside_plain, 1, False)]),
]
