"""Every limit of `roost limits`, made small and reached from outside: who reaches it sees an error, a close, a line of
the log or an effect, and is told the limit's name where there is a way to tell. A limit without a row here fails
`test_every_limit_has_its_test`."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

import raw
from hub import Hub, binary, root, running
from problem import Problem
from raw import Ended, Raw
from test_access import People
from test_clone import stalling
from test_https import SecureHub
from test_pull_requests import STAND_IN, become, offer
from waiting import patience_seconds, until

# What cannot be reached from outside, or leaves no trace there: why, and the test that reaches it inside, if there is one.
INSIDE = {
    "behindBusyByteCountMax": ("reading pauses, nothing is refused", "TransportTests/HTTPExchangeTests.swift"),
    "behindHandlerByteCountMax": ("reading pauses, nothing is refused", "TransportTests/RequestStreamTests.swift"),
    "lowWaterByteCount": ("fetching pauses, nothing is refused", "TransportTests/WebSocketTests.swift"),
    "outputByteCountMax": ("all of the hub's handlers look at what waits", "TransportTests/WebSocketTests.swift"),
    "drainPacePerSecond": ("a pace", "TransportTests/DrainTests.swift"),
    "operationsInFlightMax": ("further ones wait", "HubTests/Live/UpstreamTests.swift"),
    "waitingFramesMax": ("reading pauses, nothing is refused", "HubTests/Live/UpstreamTests.swift"),
    "pendingBytesMax": ("events wait in the ring", "HubTests/Live/BackpressureTests.swift"),
    "turnBytesMax": ("others have their turn, at a moment that nobody can see", None),
    "overtakingBytesMax": ("only the order of an answer and of events that wait with it", None),
    "historyPageEventsMax": ("only the size of a read", "HubTests/Live/BackpressureTests.swift"),
    "historyPageBytesMax": ("only the size of a read", "Simulation/Simulation.swift"),
    "sharedSnapshotBytesMin": ("who shares cannot see it", "HubTests/Live/SnapshotShelfTests.swift"),
    "snapshotReuseMs": ("who shares cannot see it", "HubTests/Live/SnapshotShelfTests.swift"),
    "logLinesMax": ("older lines are in the log itself", "HubTests/Live/LogChannelTests.swift"),
    "logTextBytesMax": ("the rest is in the log itself", "HubTests/Live/LogChannelTests.swift"),
    "replaceableIntervalMs": ("a pace: what comes together depends on the moment", None),
    "ringBytesMax": ("what falls out is read from the journal", "BrokerTests/HistoryTests.swift"),
    "ringsTotalBytesMax": ("what falls out is read from the journal", "BrokerTests/HistoryTests.swift"),
    "replaceableBytesPerViewerMax": ("deltas may be dropped", "BrokerTests/ReplaceableTests.swift"),
    "replaceableBytesPerSlotMax": ("deltas may be dropped", "BrokerTests/ReplaceableTests.swift"),
    "replaceableSlotsPerViewerMax": ("deltas may be dropped", "BrokerTests/ReplaceableTests.swift"),
    "gitTransfersMax": ("further ones wait", "RepositoryTests/RemoteTests.swift"),
    "folderSearchSeconds": ("machines differ", "EngineTests/FolderSearchTests.swift"),
    "scannedPerPullMax": ("others have their turn", "BrokerTests/DeliveryTests.swift"),
    "framesPerTurnMax": ("others have their turn", "BrokerTests/DeliveryTests.swift"),
}


class Case:
    def __init__(self, reach, limits, others, make):
        self.reach, self.limits, self.others, self.make = reach, limits, others, make

    def run(self, folder):
        with self.make(folder, limits=self.limits | self.others) as hub:
            self.reach(hub)


CASES = []


def case(make=running, others={}, **limits):
    """A test of the limits that it makes small; others must be so too, but are not what is asked."""
    def register(reach):
        CASES.append(Case(reach, limits, others, make))
        return reach
    return register


@contextlib.contextmanager
def running_over_tls(folder, **settings):
    hub = SecureHub(folder, **settings)
    try:
        yield hub.start()
    finally:
        hub.remove()


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.reach.__name__)
def test_limit(row, tmp_path):
    row.run(tmp_path)


def test_every_limit_has_its_test():
    said = subprocess.run([binary, "limits"], check=True, capture_output=True, text=True, timeout=patience_seconds).stdout
    known = set(re.findall(r"(?m)^(\w+) = ", said))
    reached = {name for row in CASES for name in row.limits}
    assert known - reached - set(INSIDE) == set(), "limits without a test"
    assert (reached | set(INSIDE)) - known == set(), "tests without a limit"
    assert reached & set(INSIDE) == set(), "these can be reached after all"
    for name, (_, test) in INSIDE.items():
        assert test is None or name in (root / "Tests" / test).read_text(), f"{test} does not mention {name}"


def refusal(client, status, name):
    """The answer is a problem that names the limit, and the connection ends behind it."""
    said, headers, body = client.answer()
    assert said == status and headers["content-type"] == "application/problem+json"
    assert re.search(rf"\b{name}\b", json.loads(body)["detail"]), body
    client.wait_for_end()
    return headers


def wait_for_log(hub, name):
    until(lambda: f"limit={name}" in hub.log_tail(), f"the log names {name}")


# Requests.


@case(headByteCountMax=1024, targetByteCountMax=512)
def heads(hub):
    with Raw(hub) as client:
        client.request("GET /health", f"X-Long: {'a' * 1100}\r\n")
        refusal(client, 431, "headByteCountMax")
    with Raw(hub) as client:
        client.request(f"GET /health?{'a' * 600}")
        refusal(client, 414, "targetByteCountMax")


@case(uploadByteCountMax=2048, others={"attachmentByteCountMax": 1024})
def uploads(hub):
    project, _ = hub.project()
    path = f"/api/cards/{hub.card(project, 'Card')['id']}/attachments?filename=a"
    with Raw(hub) as client:
        client.request(f"POST {path}", "Content-Length: 2049\r\n")
        refusal(client, 413, "uploadByteCountMax")


@case(attachmentByteCountMax=1024, attachmentsPerCardMax=2)
def attachments(hub):
    project, _ = hub.project()
    path = f"/api/cards/{hub.card(project, 'Card')['id']}/attachments?filename=a"

    def attach(byte_count):
        response = hub.http.post(path, content=(bytes([65]) * byte_count for _ in range(1)))     # chunked
        if response.status_code != 201:
            raise Problem(response.json())
    limit_exceeded(lambda: attach(1025), "attachmentByteCountMax")
    for _ in range(2):
        attach(1024)
    limit_exceeded(lambda: attach(1), "attachmentsPerCardMax")


@case(attachmentsPerPromptMax=1, promptImageByteCountMax=1024)
def prompt_files(hub):
    project, _ = hub.project()
    card = hub.card(project, "Card")

    def attach(byte_count):
        answer = hub.http.post(f"/api/cards/{card['id']}/attachments?filename=a.gif", content=b"GIF89a".ljust(byte_count))
        return answer.json()["data"]["id"]

    def run(*files):
        return hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["true"]}, start=True,
                        attachments=files, prompt="Look")
    small, large = attach(1024), attach(1025)
    limit_exceeded(lambda: run(small, large), "attachmentsPerPromptMax")
    for file, kind in ((small, "image/gif"), (large, None)):
        done = hub.wait_for_run(run(file), "completed")
        said = hub.list(f"/api/runs/{done['id']}/entries")[0]["content"]
        assert said["attachments"][0].get("imageType") == kind


@case(transcriptByteCountMax=1024, transcriptEntriesMax=1)
def sessions(hub):
    project, _ = hub.project()
    home = hub.home / ".codex" / "sessions" / "2026" / "11" / "01"
    home.mkdir(parents=True)
    for name, words in (("long", ["x" * 2000]), ("many", ["one", "two"])):
        lines = [{"type": "session_meta", "payload": {"id": name, "cwd": "/nowhere"}}] + [
            {"type": "response_item", "payload": {
                "type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}} for text in words]
        (home / f"rollout-2026-{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    def take(name):
        hub.post("/api/transcripts/import", provider="codex", sessionId=name, project=project["id"])
    limit_exceeded(lambda: take("long"), "transcriptByteCountMax")
    limit_exceeded(lambda: take("many"), "transcriptEntriesMax")


@case(backupsMax=1, exportsMax=1, jobsKeptMax=2, jobLogLinesMax=1, jobsWaitingMax=1)
def jobs(hub):
    def over():
        return not [job for job in hub.get("/api/jobs") if job["status"] in ("queued", "running")]

    def many():
        for _ in range(50):
            hub.post("/api/backups")
    limit_exceeded(many, "jobsWaitingMax")
    until(over, "all jobs are over")
    for _ in range(2):
        job = hub.post("/api/backups")
        until(over, "the job is over")
    until(lambda: len(hub.get("/api/jobs")) == 2, "two jobs are kept")
    assert len(hub.get("/api/backups")) == 1
    project, _ = hub.project("exported")
    for _ in range(2):
        job = hub.post(f"/api/projects/{project['id']}/export")
        until(over, "the job is over")
    assert len(hub.get("/api/exports")) == 1
    assert len(hub.get(f"/api/jobs/{job['id']}/log")) == 1


@case(importLineByteCountMax=4096, importLinesMax=40, importFilesMax=1)
def imports(hub):
    def limit_of(export):
        job = hub.post("/api/projects/import", export=export)
        until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] in ("done", "error"), "the job is over")
        return hub.get(f"/api/jobs/{job['id']}").get("error", {}).get("detail", "")

    def exported(project):
        job = hub.post(f"/api/projects/{project['id']}/export")
        until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the job is over")
        return hub.get(f"/api/jobs/{job['id']}")["result"]["export"]
    wide, _ = hub.project("wide")
    assert limit_of(exported(wide)) == ""
    hub.card(wide, "Card", "x" * 5_000)
    assert "importLineByteCountMax" in limit_of(exported(wide))
    full, _ = hub.project("full")
    card = hub.card(full, "Card")
    for number in range(2):
        hub.http.post(f"/api/cards/{card['id']}/attachments?filename=a", content=b"a")
    assert "importFilesMax" in limit_of(exported(full))
    long, _ = hub.project("long")
    for number in range(40):
        hub.card(long, f"Card {number}")
    assert "importLinesMax" in limit_of(exported(long))


@case(watchedFoldersMax=1, worktreePollSeconds=1, worktreeLookMs=50)
def watched_folders(hub):
    project, _ = hub.project("watched")
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", start=True,
        options={"argv": ["sh", "-c", "while sleep 0.1; do date +%N > file; done"]})
    run = hub.wait_for_run(run, "running")
    copy = hub.live().follow(f"run:{run['id']}")
    until(lambda: "(watchedFoldersMax 1)" in hub.log.read_text(), "the log names the limit")
    until(lambda: len(copy.events_of("file.changed")) >= 3, "it is looked at, again and again")
    hub.post(f"/api/runs/{run['id']}/cancel")


class CountedHub(Hub):
    """One whose git notes each diff that it makes."""

    @property
    def environment(self):
        program = self.folder / "bin" / "git"
        if not program.exists():
            program.parent.mkdir()
            program.write_text(
                "#!/bin/sh\n"
                f'for word; do if [ "$word" = --patch ]; then echo once >> {self.folder}/count; fi; done\n'
                f'exec {shutil.which("git")} "$@"\n')
            program.chmod(0o755)
        return super().environment | {"PATH": f"{program.parent}:{os.environ['PATH']}"}


@contextlib.contextmanager
def running_with_a_counted_git(folder, **settings):
    hub = CountedHub(folder, **settings)
    try:
        yield hub.start()
    finally:
        hub.remove()


@case(make=running_with_a_counted_git, sharedDiffBytesMax=0)
def shared_diffs(hub):
    project, _ = hub.project("shared")
    run = hub.wait_for_run(command(hub, project, "sh", "-c", "echo 1 > made.txt"), "completed")
    path = f"/api/runs/{run['id']}/diff?from={run['baseCommit']}&to={run['headCommit']}"
    assert [hub.get(path)["stats"]["filesChanged"] for _ in range(3)] == [1, 1, 1]
    assert len((hub.folder / "count").read_text().splitlines()) == 3, "nothing is kept"


@case(headerCountMax=8)
def header_count(hub):
    with Raw(hub) as client:
        client.request("GET /health", "".join(f"X-{number}: a\r\n" for number in range(9)))
        refusal(client, 431, "headerCountMax")


@case(bodyByteCountMax=1024)
def body(hub):
    with Raw(hub) as client:
        client.request("POST /api/projects", "Content-Type: application/json\r\n", b" " * 1025)
        refusal(client, 413, "bodyByteCountMax")


# Connections.


def crowd(hub, count, name):
    """Returns how many of so many were let in: not always the first, for shards do not wait for one another."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Raw(hub)) for _ in range(count)]
        wait_for_log(hub, name)
        for client in clients:
            client.request("GET /health")
        answers = [client.answer() for client in clients]
    refused = [(headers, json.loads(body)) for status, headers, body in answers if status == 503]
    assert all(headers["retry-after"] == "5" and f"{name} (" in problem["detail"] for headers, problem in refused)
    return count - len(refused)


@case(connectionCountMax=2)
def connections(hub):
    assert crowd(hub, 3, "connectionCountMax") == 2


@case(connectionsPerAddressMax=2)
def connections_per_address(hub):
    assert crowd(hub, 3, "connectionsPerAddressMax") == 2


@case(handshakesPerSecond=1)
def handshakes(hub):
    assert crowd(hub, 50, "handshakesPerSecond") < 50


@case(controlByteCountMax=4096, others={"overtakingBytesMax": 4096})
def unread_pongs(hub):
    """Nothing is read until the pongs have filled whatever there is between the two."""
    with Raw(hub, receive_bytes=4096) as client:
        client.upgrade()
        pings = Raw.masked(raw.PING, b"a" * 125) * 1000

        def is_told():
            with contextlib.suppress(ConnectionError, TimeoutError):
                client.socket.settimeout(0.1)
                client.socket.send(pings)
            return "limit=controlByteCountMax" in hub.log_tail()

        until(is_told, "the log names controlByteCountMax")


# Times.


@case(make=running_over_tls, handshakeSeconds=1)
def slow_handshake(hub):
    with Raw(hub) as client:
        client.wait_for_end()
    wait_for_log(hub, "handshakeSeconds")


@case(headSeconds=1)
def slow_head(hub):
    with Raw(hub) as client:
        client.send("GET /health HT")
        refusal(client, 408, "headSeconds")


def slow_body(hub, name):
    with Raw(hub) as client:
        client.send("POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        refusal(client, 408, name)


@case(bodySeconds=1)
def slow_bodies(hub):
    slow_body(hub, "bodySeconds")


@case(bodyByteRateMin=1 << 20, bodyRateGraceSeconds=1, bodyRateWindowSeconds=1)
def body_rate(hub):
    """The two others say when the rate is judged: by default after half a minute."""
    slow_body(hub, "bodyByteRateMin")


@case(idleSeconds=1)
def idle(hub):
    """Between requests a close without a word is what clients expect."""
    with Raw(hub) as client:
        client.request("GET /health")
        assert client.answer()[0] == 200
        assert client.wait_for_end() == b""


@case(stallSeconds=1)
def stall(hub):
    with Raw(hub, receive_bytes=4096) as client:
        client.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(100_000):
                client.socket.send(b"GET /roost.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for_log(hub, "stallSeconds")


@case(closeSeconds=1, messagesPerSecond=1, messageBurstMax=1)
def unanswered_close(hub):
    with Raw(hub) as client:
        client.upgrade()
        client.send(Raw.masked(raw.TEXT, b'{"type": "ping"}') * 2)
        code, reason = client.wait_for_close()
        assert code == 4029 and "messagesPerSecond" in reason and "messageBurstMax" in reason
        client.wait_for_end()
    wait_for_log(hub, "closeSeconds")


@case(lingerSeconds=1)
def linger(hub):
    """Whoever does not close its end is cut: what it sends then is answered with a reset."""
    with Raw(hub) as client:
        client.request("GET /health", "Connection: close\r\n")
        assert client.answer()[0] == 200
        client.wait_for_end()

        def is_cut():
            try:
                client.socket.send(b"a")
            except ConnectionError:
                return True

        until(is_cut, "the connection is cut")


@case(drainSeconds=1)
def drain(hub):
    with Raw(hub) as client:
        client.send("POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        # Its head has been read when a later connection is answered.
        assert hub.http.get("/health").status_code == 200
        hub.process.send_signal(signal.SIGTERM)
        client.wait_for_end()
        assert hub.process.wait(patience_seconds) == 0
    wait_for_log(hub, "drainSeconds")


@case(eventStreamPingSeconds=1)
def event_stream_ping(hub):
    project, _ = hub.project()
    with Raw(hub) as client:
        client.request(f"GET /api/projects/{project['id']}/events/stream")
        client.take_through(b":ping\n\n")


# WebSockets.


@case(messageByteCountMax=1024)
def message(hub):
    with Raw(hub) as client:
        client.upgrade()
        client.send_frame(raw.TEXT, b" " * 1025)
        code, reason = client.wait_for_close()
        assert code == 1009 and "messageByteCountMax (1024)" in reason


@case(fragmentCountMax=2)
def fragments(hub):
    with Raw(hub) as client:
        client.upgrade()
        client.send_frame(raw.TEXT, b" ", is_final=False)
        client.send(Raw.masked(0, b" ", is_final=False) * 2)
        code, reason = client.wait_for_close()
        assert code == 1009 and "fragmentCountMax (2)" in reason


@case(pingIntervalSeconds=1, deadPeerSeconds=2)
def dead_peer(hub):
    with Raw(hub) as client:
        assert client.upgrade()["data"]["pingIntervalMs"] == 1000
        client.wait_for_frame(raw.PING)
        client.wait_for_end()
    wait_for_log(hub, "deadPeerSeconds")


def limit_exceeded(call, name):
    with pytest.raises(Problem) as refused:
        call()
    assert refused.value.code == "LIMIT_EXCEEDED"
    assert re.search(rf"\b{name}\b", json.dumps(refused.value.document)), refused.value.document


@case(authenticationSeconds=1)
def authentication_time(hub):
    hub.post("/api/auth/setup", name="ada")
    live = hub.live()
    refused = live.wait(lambda: [frame["error"] for frame in live.frames if frame["type"] == "error"], "a refusal")
    assert (refused[0]["code"], refused[0]["limit"]) == ("UNAUTHENTICATED", "authenticationSeconds")
    assert live.wait_for_end()[0] == 4001


@case(subscriptionsMax=1)
def subscriptions(hub):
    live = hub.live()
    live.follow("hub")
    project, _ = hub.project()
    limit_exceeded(lambda: live.follow(f"project:{project['id']}"), "subscriptionsMax")


@case(snapshotBytesMax=4096)
def snapshot(hub):
    project, _ = hub.project()
    for number in range(15):
        hub.card(project, f"Card {number}")
    limit_exceeded(lambda: hub.live().follow(f"project:{project['id']}"), "snapshotBytesMax")


@case(snapshotTextBytesMax=100, others={"snapshotBytesMax": 4096})
def texts_of_a_snapshot(hub):
    project, _ = hub.project()
    card = hub.card(project, "Large", "a" * 5000)
    shown = hub.live().follow(f"project:{project['id']}").things[card["id"]]
    assert shown["prompt"] == "a" * 100
    assert shown["truncated"]["fields"] == [{"pointer": "/prompt", "sizeBytes": 5000}]
    assert hub.get(shown["truncated"]["href"]) == card


@case(snapshotsTotalBytesMax=4096, others={"sharedSnapshotBytesMin": 1024, "snapshotReuseMs": 600_000})
def snapshots_in_all(hub):
    projects = [hub.project(name)[0] for name in ("one", "two")]
    for project in projects:
        hub.card(project, "Large", "a" * 5000)
    live = hub.live()
    live.follow(f"project:{projects[0]['id']}")
    with pytest.raises(Problem) as raised:
        live.follow(f"project:{projects[1]['id']}")
    assert raised.value.code == "OVERLOADED" and raised.value.document["limit"] == "snapshotsTotalBytesMax"
    hub.live().follow(f"project:{projects[0]['id']}")


@case(snapshotRunsMax=1, snapshotEntriesMax=1)
def snapshot_members(hub):
    """The newest are there, and how many there are of entries."""
    project, _ = hub.project()
    runs = [
        hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["/bin/echo", "a\nb"]})
        for _ in range(2)]
    hub.post(f"/api/runs/{runs[1]['id']}/start")
    hub.wait_for_run(runs[1], "completed")
    live = hub.live()
    assert [run["id"] for run in live.follow(f"project:{project['id']}").of("run")] == [runs[1]["id"]]
    copy = live.follow(f"run:{runs[1]['id']}")
    assert len(copy.of("ent")) == 1 < copy.entries_total


@case(restartDelayMs=5000)
def restart_delay(hub):
    live = hub.live()
    hub.process.send_signal(signal.SIGTERM)
    live.wait_for_end()
    closing = next(frame for frame in live.frames if frame["type"] == "closing")
    assert closing["data"]["retryAfterMs"] >= 5000


@case(returnsPerSecond=1)
def returns(hub):
    """Ten clients are spread over ten seconds; by default it would be 20 ms."""
    lives = [hub.live() for _ in range(10)]
    for live in lives:
        live.follow("hub")
    hub.process.send_signal(signal.SIGTERM)
    delays = []
    for live in lives:
        live.wait_for_end()
        delays += [frame["data"]["retryAfterMs"] for frame in live.frames if frame["type"] == "closing"]
    assert len(delays) == 10 and 1000 + 20 < max(delays) <= 1000 + 10_000


# Users.


def rate_limited(response, name):
    assert response.status_code == 429, response.text
    problem = response.json()
    assert (problem["code"], problem["limit"]) == ("RATE_LIMITED", name)
    assert int(response.headers["Retry-After"]) == problem["retryAfterSeconds"] >= 1


@case(readsPerMinute=5)
def reads(hub):
    """Nobody counts until there are users; then each has his own, by all doors together."""
    for _ in range(10):
        hub.get("/api/projects")
    people = People(hub)
    _, _, secret = people.add("bob")
    live = hub.live(token=secret)
    with people.rest(secret) as bob:
        for _ in range(3):
            assert bob.get("/api/projects").status_code == 200
        for _ in range(2):
            live.call("projects.list")
        rate_limited(bob.get("/api/projects"), "readsPerMinute")
        with pytest.raises(Problem) as refused:
            live.call("projects.list")
        assert refused.value.code == "RATE_LIMITED"
        assert bob.post("/api/organizations", json={"name": "Acme"}).status_code == 201, "no read"
    assert hub.get("/api/projects") == []


@case(changesPerMinute=3)
def changes(hub):
    project, _ = hub.project()
    People(hub)
    for number in range(3):
        hub.card(project, f"card {number}")
    rate_limited(hub.http.post(f"/api/projects/{project['id']}/cards", json={"title": "Too many"}), "changesPerMinute")
    assert len(hub.get(f"/api/projects/{project['id']}/cards")) == 3


@case(startsPerMinute=2)
def starts(hub):
    project, _ = hub.project()
    People(hub)
    path, body = f"/api/projects/{project['id']}/runs", {"provider": "command", "options": {"argv": ["true"]}, "start": True}
    for _ in range(2):
        assert hub.http.post(path, json=body).status_code == 201
    rate_limited(hub.http.post(path, json=body), "startsPerMinute")
    assert len(hub.get(path)) == 2


@case(settingsPerMinute=2)
def settings(hub):
    people = People(hub)
    people.add("ada")
    rate_limited(hub.http.post("/api/users", json={"name": "bob"}), "settingsPerMinute")
    assert len(hub.get("/api/users")) == 2


@case(loginsPerMinute=2)
def logins(hub):
    """Of one name, whoever tries, and also with the right password."""
    People(hub)
    for name in ("root", "nobody"):
        for _ in range(2):
            answer = hub.http.post("/api/auth/login", json={"name": name, "password": "guess"})
            assert answer.status_code == 401 and answer.json()["code"] == "WRONG_PASSWORD"
        rate_limited(hub.http.post("/api/auth/login", json={"name": name, "password": "guess"}), "loginsPerMinute")


@case(eventStreamsPerUserMax=2)
def event_streams(hub):
    project, _ = hub.project()
    People(hub)
    path = f"/api/projects/{project['id']}/events/stream"
    with hub.http.stream("GET", path) as first, hub.http.stream("GET", "/api/events") as second:
        assert (first.status_code, second.status_code) == (200, 200)
        rate_limited(hub.http.get(path), "eventStreamsPerUserMax")

    def is_free():
        with hub.http.stream("GET", path) as stream:
            return stream.status_code == 200
    until(is_free, "one that has ended makes room")


# Viewers.


@case(membersPerChannelMax=1)
def members(hub):
    """Further ones watch, and there is their number."""
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    people = People(hub)
    ada, bob = people.secret, people.add("bob")[2]
    people.join(project, "bob")
    first, second = hub.live(token=ada), hub.live(token=bob)
    copy = first.follow(channel)
    second.follow(channel)
    first.wait(lambda: copy.viewers_total == 2, "the number of both")
    assert [viewer["user"]["name"] for viewer in copy.viewers.values()] == ["root"]


@case(presenceIntervalMs=600_000)
def presence_interval(hub):
    """Nobody is told; those who come see who came before only when it is time."""
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    first, second = hub.live(), hub.live()
    copy = first.follow(channel)
    second.follow(channel)
    first.call("presence", channel=channel, state={})
    assert first.answer(first.send("ping"))["type"] == "pong"
    assert copy.viewers["local"]["connections"] == 1


@case(presenceFramesPerSecondMax=1, others={"presenceIntervalMs": 1})
def presence_frames(hub):
    """Two viewers are told once in two seconds: what they do meanwhile is one piece of news."""
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    first, second = hub.live(), hub.live()
    copy = first.follow(channel)
    second.follow(channel)
    for number in range(5):
        second.call("presence", channel=channel, state={"number": number})
    first.wait(lambda: copy.passing, "news")
    assert copy.viewers["local"] == {**copy.viewers["local"], "connections": 2, "state": {"number": 4}}
    assert len(copy.passing) == 1


@case(presenceGraceSeconds=0)
def presence_grace(hub):
    """Whoever loses the connection has left, 15 s before the usual."""
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    first, second = hub.live(), hub.live()
    copy = first.follow(channel)
    second.follow(channel)
    first.wait(lambda: copy.viewers["local"]["connections"] == 2, "the second")
    second.close()
    first.wait(lambda: copy.viewers["local"]["connections"] == 1, "its end")


@case(presenceAwayMax=0, others={"presenceGraceSeconds": 3_600})
def presence_away(hub):
    presence_grace(hub)


@case(presenceStateBytesMax=64)
def presence_state(hub):
    project, _ = hub.project()
    live = hub.live()
    channel = f"project:{project['id']}"
    live.follow(channel)
    limit_exceeded(lambda: live.call("presence", channel=channel, state={"text": "a" * 64}), "presenceStateBytesMax")


# Runs, and what belongs to them.


def command(hub, project, *argv, **members):
    return hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", options={"argv": argv}, start=True, **members)


@case(scriptsPerHubMax=1)
def scripts(hub):
    project, _ = hub.project()
    hub.patch(f"/api/projects/{project['id']}", scripts={"dev": {"argv": ["sleep", "1000"]}})
    runs = [command(hub, project, "sh", "-c", "echo 1 > made.txt") for _ in range(2)]
    for run in runs:
        hub.wait_for_run(run, "completed")
    hub.post(f"/api/runs/{runs[0]['id']}/scripts", script="dev")
    limit_exceeded(lambda: hub.post(f"/api/runs/{runs[1]['id']}/scripts", script="dev"), "scriptsPerHubMax")


@case(snapshotsMax=1)
def run_snapshots(hub):
    project, _ = hub.project()
    run = hub.wait_for_run(command(hub, project, "sh", "-c", "echo 1 > made.txt"), "completed")
    hub.post(f"/api/runs/{run['id']}/snapshots", note="one")
    limit_exceeded(lambda: hub.post(f"/api/runs/{run['id']}/snapshots", note="two"), "snapshotsMax")


@case(snapshotKeptSeconds=1)
def old_snapshots(hub):
    project, repository = hub.project()
    path = f"/api/projects/{project['id']}"
    made = hub.post(f"{path}/snapshots", note="by hand")
    hub.post(f"{path}/content", path="new.txt", text="new\n")
    gone = hub.post(f"{path}/files/delete", path="new.txt")["undo"]
    until(lambda: [each["id"] for each in hub.get(f"{path}/snapshots")] == [made["id"]], "the hub's own is let go")
    with pytest.raises(Problem) as refused:
        hub.get(f"{path}/snapshots/{gone}")
    assert refused.value.code == "SNAPSHOT_NOT_FOUND"


def copying(hub, *patterns, **files):
    """The run of a project that has files copied."""
    project, repository = hub.project("-".join(files))
    for name, text in files.items():
        (repository.path / name).write_text(text)
    hub.patch(f"/api/projects/{project['id']}", copyFiles=patterns)
    return hub.wait_for_run(command(hub, project, "true"), "completed", "failed")


@case(copiedFilesMax=1)
def copied_files(hub):
    assert copying(hub, "a*", a1="x")["status"] == "completed"
    assert "copiedFilesMax" in copying(hub, "a*", a1="x", a2="x")["failure"]["message"]


@case(copiedBytesMax=4)
def copied_bytes(hub):
    assert copying(hub, "a*", a1="1234")["status"] == "completed"
    assert "copiedBytesMax" in copying(hub, "a*", a1="1234", a2="5")["failure"]["message"]


@case(copySearchEntriesMax=5)
def searched_for_copies(hub):
    assert "copySearchEntriesMax" in copying(hub, "a", **{f"b{n}": "x" for n in range(6)})["failure"]["message"]


# An agent of the protocol that asks for two commands at once, and says what it is told.
TWO_TERMINALS = """
import json, sys
def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    match message.get("method"):
        case "initialize":
            send(id=message["id"], result={"protocolVersion": 1, "agentCapabilities": {}})
        case "session/new":
            send(id=message["id"], result={"sessionId": "s"})
        case "session/prompt":
            prompt = message["id"]
            for number in (1, 2):
                send(id=number, method="terminal/create", params={"sessionId": "s", "command": "sleep", "args": ["9"]})
        case None if "error" in message:
            content = {"type": "text", "text": message["error"]["message"]}
            send(method="session/update", params={
                "sessionId": "s", "update": {"sessionUpdate": "agent_message_chunk", "content": content}})
            send(id=prompt, result={"stopReason": "end_turn"})
"""


@case(terminalsMax=1)
def terminals(hub):
    project, _ = hub.project()
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="acp", prompt="p",
        options={"argv": [sys.executable, "-c", TWO_TERMINALS]}, start=True)
    hub.wait_for_run(run, "completed")
    said = [entry["content"].get("text") for entry in hub.list(f"/api/runs/{run['id']}/entries")]
    assert any("terminalsMax" in (text or "") for text in said), said


@case(queuePlacesTold=1)
def queue_places(hub):
    project, _ = hub.project()
    hub.patch(f"/api/projects/{project['id']}", maxConcurrentRuns=1)
    command(hub, project, "sleep", "1000")
    second, third = (command(hub, project, "true") for _ in range(2))
    until(lambda: (hub.run(second).get("queue") or {}).get("position") == 1, "the next one is told its place")
    hub.post(f"/api/runs/{second['id']}/cancel")
    until(lambda: (hub.run(third).get("queue") or {}).get("position") == 1, "then the one behind")
    fourth = command(hub, project, "true")
    until(lambda: hub.run(third).get("queue"), "the place is told")
    assert "position" not in (hub.run(fourth).get("queue") or {}), "beyond the first it is not"


@case(priorityMax=5)
def priorities(hub):
    project, _ = hub.project()
    assert command(hub, project, "true", priority=-5)["priority"] == -5
    limit_exceeded(lambda: command(hub, project, "true", priority=6), "priorityMax")
    run = command(hub, project, "sleep", "1000")
    limit_exceeded(lambda: hub.patch(f"/api/runs/{run['id']}", priority=-6), "priorityMax")


@case(agentWaitMsMax=200)
def one_shot_wait(hub):
    project, _ = hub.project()

    def ask(**members):
        return hub.post(
            "/api/agent", project=project["id"], provider="command", prompt="p",
            options={"argv": ["sleep", "1000"]}, **members)
    limit_exceeded(lambda: ask(waitMs=201), "agentWaitMsMax")
    assert ask()["run"]["status"] in ("queued", "running"), "that long it is waited for when nothing is said"


@case(handOverBytesMax=1024)
def hand_over(hub):
    project, _ = hub.project()
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="demo", prompt="demo: pace=0 paragraphs=30 ask=0", start=True)
    hub.wait_for_run(run, "completed", "waiting")
    if hub.run(run)["status"] == "waiting":
        hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
        hub.wait_for_run(run, "completed")
    said = sum(len(entry["content"].get("text") or "") for entry in hub.list(f"/api/runs/{run['id']}/entries"))
    assert said > 2048
    hub.post(f"/api/runs/{run['id']}/relay", provider="command", options={"argv": ["true"]}, text="Go on")
    hub.wait_for_run(run, "completed")
    told = [entry["content"]["text"] for entry in hub.list(f"/api/runs/{run['id']}/entries")
            if entry["content"]["kind"] == "user_message"][-1]
    assert "take over work" in told and len(told.encode()) < 1024 + 128, len(told.encode())


@case(credentialsPerOwnerMax=1, credentialBytesMax=64, credentialBytesMin=16)
def credentials(hub):
    def keep(variable, value):
        return hub.post("/api/credentials", scope="hub", variable=variable, value=value)
    limit_exceeded(lambda: keep("A", "x" * 65), "credentialBytesMax")
    with pytest.raises(Problem) as refused:
        keep("A", "x" * 15)
    assert refused.value.code == "VALIDATION_FAILED" and "credentialBytesMin" in refused.value.document["detail"]
    keep("A", "x" * 64)
    limit_exceeded(lambda: keep("B", "x" * 16), "credentialsPerOwnerMax")


@case(profilesPerOwnerMax=1)
def profiles(hub):
    project, _ = hub.project()
    hub.post("/api/profiles", name="a", provider="demo")
    limit_exceeded(lambda: hub.post("/api/profiles", name="b", provider="demo"), "profilesPerOwnerMax")
    hub.post("/api/profiles", project=project["id"], name="b", provider="demo")


@case(tagsPerOwnerMax=1, includedFileBytesMax=64)
def tags(hub):
    project, repository = hub.project(files={"short.md": "x" * 64, "long.md": "x" * 65})
    hub.post("/api/tags", type="command", name="a", content="@$1")
    limit_exceeded(lambda: hub.post("/api/tags", type="snippet", name="b", content="b"), "tagsPerOwnerMax")

    def expand(text):
        return hub.post(f"/api/projects/{project['id']}/expand", text=text)
    assert "x" * 64 in expand("/a short.md")["text"]
    limit_exceeded(lambda: expand("/a long.md"), "includedFileBytesMax")


@case(boardTemplatesMax=1)
def board_templates(hub):
    columns = [{"name": "One", "type": "backlog"}]
    hub.post("/api/board-templates", name="a", columns=columns)
    limit_exceeded(lambda: hub.post("/api/board-templates", name="b", columns=columns), "boardTemplatesMax")


@case(preferencesPerUserMax=1, preferenceBytesMax=64)
def preferences(hub):
    hub.put("/api/me/preferences/a", value="x" * 62)
    limit_exceeded(lambda: hub.put("/api/me/preferences/a", value="x" * 63), "preferenceBytesMax")
    limit_exceeded(lambda: hub.put("/api/me/preferences/b", value=1), "preferencesPerUserMax")


@case(botClaimsMax=1)
def bot_claims(hub):
    project, _ = hub.project()

    def claim(waitMs):
        return hub.post(f"/api/projects/{project['id']}/bots/claim", bot="b", waitMs=waitMs)

    def is_refused(waitMs):
        try:
            claim(waitMs)
        except Problem as problem:
            assert problem.code == "LIMIT_EXCEEDED" and "botClaimsMax" in problem.document["detail"]
            return True
        return False

    def claim_at_last():
        # It may be this one that comes second.
        while is_refused(20_000):
            time.sleep(0.01)
    waiting = threading.Thread(target=claim_at_last)
    waiting.start()
    until(lambda: is_refused(100), "a second bot is refused while the first one waits")
    hub.post(f"/api/projects/{project['id']}/runs", provider="bot", prompt="p", start=True)
    waiting.join(patience_seconds)


@case(agentProcessSeconds=1)
def long_process(hub):
    project, _ = hub.project()
    run = command(hub, project, "sleep", "1000")
    failed = until(lambda: hub.run(run) if hub.run(run)["status"] == "failed" else None, "its keeper ends it")
    assert "time limit" in failed["failure"]["message"] and "agentProcessSeconds" in failed["failure"]["message"]


@case(cloneSecondsMax=1)
def slow_clone(hub):
    with stalling() as (address, _):
        project = hub.post("/api/projects", repositoryUrl=address)
        failed = until(
            lambda: project if hub.get(f"/api/projects/{project['id']}")["status"] == "error" else None, "it is given up")
        assert "cloneSecondsMax" in hub.get(f"/api/projects/{failed['id']}")["error"]


@case(worktreeUndoSeconds=1)
def removed_worktrees(hub):
    project, repository = hub.project()
    run = hub.wait_for_run(command(hub, project, "sh", "-c", "echo 1 > made.txt"), "completed")
    hub.post(f"/api/projects/{project['id']}/worktrees/clean")
    until(lambda: not repository.git("for-each-ref", "refs/roost/removed/"), "what was saved is let go")
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/runs/{run['id']}/worktree/restore")
    assert refused.value.code == "WORKTREE_NOT_FOUND" and "worktreeUndoSeconds" in refused.value.document["detail"]


@case(processOutputKeepSeconds=1)
def old_output(hub):
    project, _ = hub.project()
    run = hub.wait_for_run(command(hub, project, "echo", "said"), "completed")
    process, = hub.get(f"/api/runs/{run['id']}/processes")

    def gone():
        try:
            hub.get(f"/api/processes/{process['id']}/output")
        except Problem as problem:
            return problem
    refused = until(gone, "its output is let go")
    assert refused.code == "OUTPUT_GONE" and refused.status == 410
    assert "processOutputKeepSeconds" in refused.document["detail"]


@contextlib.contextmanager
def running_with_gh(folder, **settings):
    program = folder / "gh"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    with running(folder / "hub", githubProgram=str(program), **settings) as hub:
        yield hub


@case(make=running_with_gh, pullRequestPollSeconds=1)
def pull_requests(hub):
    run, folder = offer(hub, hub.folder.parent)
    hub.post(f"/api/runs/{run['id']}/pull-request")
    become(folder, state="CLOSED")
    until(lambda: hub.run(run)["merge"] == "pr_closed", "it is looked at every second")


@contextlib.contextmanager
def running_with_a_slow_agent(folder, **settings):
    script = folder / "slow-agent"
    script.write_text("#!/bin/sh\nexec sleep 1000\n")
    script.chmod(0o755)
    with running(folder / "hub", agents={"codex": {"command": [str(script)]}}, **settings) as hub:
        yield hub


@case(make=running_with_a_slow_agent, providerProbeSeconds=1)
def slow_version(hub):
    first = hub.get("/api/providers/codex")
    assert (first["available"], first["versionState"]) in ((True, "checking"), (True, "failed"))
    until(lambda: hub.get("/api/providers/codex")["versionState"] == "failed", "it is given up")
    assert hub.get("/api/providers/demo")["versionState"] == "none"
    wait_for_log(hub, "providerProbeSeconds")


@case(fileReadBytesMax=10, fileWriteBytesMax=20, filesListedMax=1, fileMatchesMax=1)
def project_files(hub):
    project, _ = hub.project(files={"one.txt": "needle\n" * 3, "two.txt": "needle\n"})
    path = f"/api/projects/{project['id']}"
    assert hub.get(f"{path}/content", path="one.txt")["text"] == "needle\nnee", "as much as is read at once"
    limit_exceeded(lambda: hub.get(f"{path}/content", path="one.txt", length=11), "fileReadBytesMax")
    hub.post(f"{path}/content", path="new.txt", text="x" * 20)
    limit_exceeded(lambda: hub.post(f"{path}/content", path="new.txt", text="x" * 21), "fileWriteBytesMax")
    limit_exceeded(lambda: hub.post(f"{path}/files/copy", path="one.txt"), "fileWriteBytesMax")
    for listing in hub.get(f"{path}/files"), hub.get(f"{path}/files", tracked="true"):
        assert len(listing["files"]) == 1 and listing["truncated"]
    found = hub.get(f"{path}/files/search", q="needle")
    assert len(found["matches"]) == 1 and found["truncated"]
    limit_exceeded(lambda: hub.get(f"{path}/files/search", q="needle", limit=2), "fileMatchesMax")


@case(folderFilesMax=2, folderBytesMax=20)
def whole_folders(hub):
    project, repository = hub.project(files={"two/1.txt": "x" * 10, "two/2.txt": "x" * 10, "long/1.txt": "x" * 21})
    path = f"/api/projects/{project['id']}"
    assert hub.post(f"{path}/files/copy", path="two")["path"] == "two copy"
    limit_exceeded(lambda: hub.post(f"{path}/files/copy", path="long"), "folderBytesMax")
    (repository.path / "two/3.txt").write_text("x")
    limit_exceeded(lambda: hub.post(f"{path}/files/copy", path="two"), "folderFilesMax")
    limit_exceeded(lambda: hub.post(f"{path}/files/delete", path="two"), "folderFilesMax")
    assert sorted(path.name for path in repository.path.iterdir()) == [".git", "long", "two", "two copy"]


@case(reviewCommentsMax=1, patchBytesMax=1024, filesPerCommandMax=1)
def reviews_and_patches(hub):
    project, _ = hub.project()
    run = hub.wait_for_run(command(hub, project, "sh", "-c", "echo 1 > made.txt; echo 2 > other.txt"), "completed")
    path = f"/api/runs/{run['id']}"
    remarks = [{"path": "made.txt", "text": "No."}] * 2
    limit_exceeded(lambda: hub.post(f"{path}/reviews", verdict="rejected", comments=remarks), "reviewCommentsMax")
    limit_exceeded(lambda: hub.post(f"{path}/revert", patch="x" * 1025), "patchBytesMax")
    names = ["made.txt", "other.txt"]
    limit_exceeded(lambda: hub.post(f"{path}/commit", files=names), "filesPerCommandMax")
    limit_exceeded(lambda: hub.post(f"{path}/revert", files=names), "filesPerCommandMax")
    limit_exceeded(lambda: hub.post(f"{path}/revert", patch="x", hunks=[0, 1]), "filesPerCommandMax")


@case(watchedWorktreesMax=1)
def watched_worktrees(hub):
    project, _ = hub.project()
    runs = [command(hub, project, "sleep", "1000") for _ in range(2)]
    for run in runs:
        hub.wait_for_run(run, "running")
    wait_for_log(hub, "watchedWorktreesMax")


@case(foldersListedMax=1, folderSearchDepthMax=1)
def folders(hub):
    for name in "one", "two":
        (hub.roots / name / "deep").mkdir(parents=True)
    listing = hub.get("/api/folders", path=str(hub.roots))
    assert len(listing["folders"]) == 1 and listing["truncated"]
    assert hub.get("/api/folders/repositories", path=str(hub.roots)) == {"repositories": [], "truncated": True}


@case(folderSearchFoldersMax=1)
def searched_folders(hub):
    (hub.roots / "one").mkdir()
    assert hub.get("/api/folders/repositories", path=str(hub.roots)) == {"repositories": [], "truncated": True}


@case(repositoriesFoundMax=1)
def found_repositories(hub):
    for name in "one", "two":
        hub.project(name)
    found = hub.get("/api/folders/repositories", path=str(hub.roots))
    assert len(found["repositories"]) == 1 and found["truncated"]
