"""What was acknowledged is there, whatever happens to the hub or to its disk.

Each publisher makes cards one after the other and remembers those that it got an answer for. `--kills 100` is the long
form of the first test.
"""
import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import threading

import pytest

from live import Live
from problem import Problem
from waiting import patience_seconds, until

PUBLISHERS = 8


class Publisher(threading.Thread):
    """Makes cards until it is told to stop or the hub is gone."""

    def __init__(self, hub, project, name):
        super().__init__(daemon=True)
        self.live = Live(hub.url)
        self.project, self.name_ = project, name
        self.acknowledged = []
        self.problems = []
        self.is_enough = threading.Event()

    def run(self):
        number = 0
        # The end of the connection is met as ConnectionClosed when sending and as a failed wait when waiting.
        with contextlib.suppress(Exception):
            while not self.is_enough.is_set():
                number += 1
                try:
                    made = self.live.call(
                        "cards.create", project=self.project["id"], title=f"{self.name_} {number}")
                    self.acknowledged.append(made["id"])
                except Problem as problem:
                    self.problems.append(problem)

    def stop(self):
        self.is_enough.set()
        self.join(patience_seconds)
        self.live.close()


@contextlib.contextmanager
def publishing(hub, project, name):
    publishers = [Publisher(hub, project, f"{name}.{number}") for number in range(PUBLISHERS)]
    for publisher in publishers:
        publisher.start()
    try:
        yield publishers
    finally:
        for publisher in publishers:
            publisher.stop()


def count(publishers):
    return sum(len(publisher.acknowledged) for publisher in publishers)


def check_database(hub):
    """With SQLite's own eyes, while no hub has it open."""
    with contextlib.closing(sqlite3.connect(hub.data / "roost.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def check_present(hub, project, acknowledged):
    """Every card that was acknowledged is there, and the journal tells of it without a hole."""
    present = {card["id"] for card in hub.list(f"/api/projects/{project['id']}/cards", limit=200)}
    missing = set(acknowledged) - present
    assert not missing, f"{len(missing)} of {len(acknowledged)} acknowledged cards are gone"
    events = hub.events(project["id"])
    seqs = [event["seq"] for event in events]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "the journal has no holes"
    told = {event["data"]["id"] for event in events if event["type"] == "card.created"}
    assert set(acknowledged) <= told


def test_acknowledged_cards_survive_kills(hub, pytestconfig):
    project, _ = hub.project()
    acknowledged = []
    chance = random.Random(4)
    for round in range(pytestconfig.getoption("kills")):
        with publishing(hub, project, f"round {round}") as publishers:
            enough = chance.randrange(20, 150)
            until(lambda: count(publishers) >= enough, f"{enough} cards are made")
            hub.kill()
        acknowledged += [card for publisher in publishers for card in publisher.acknowledged]
        check_database(hub)
        hub.start()
    check_present(hub, project, acknowledged)


class Faults:
    """System calls of the hub on its journal that fail, by strace, for as long as the block lasts."""

    def __init__(self, hub, calls, error):
        self.hub, self.calls, self.error = hub, calls, error

    def __enter__(self):
        log = self.hub.folder / f"strace-{self.error}.log"
        paths = [part for name in ("roost.sqlite", "roost.sqlite-wal")
                 for part in ("-P", str(self.hub.data / name))]
        self.strace = subprocess.Popen(
            ["strace", "-f", "-o", str(log), "-e", f"trace={self.calls}", "-e",
             f"inject={self.calls}:error={self.error}", *paths, "-p", str(self.hub.pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        attached = self.strace.stdout.readline()
        if "attached" not in attached:
            self.strace.kill()
            pytest.skip(f"strace may not attach here: {attached.strip()}")
        return self

    def __exit__(self, *_):
        self.strace.send_signal(signal.SIGINT)
        self.strace.communicate(timeout=patience_seconds)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: run tools/setup --tests")
@pytest.mark.parametrize("calls, error, code", [
    ("pwrite64,write,pwritev,writev", "ENOSPC", "STORAGE_FULL"),
    ("pwrite64,write,pwritev,writev", "EIO", "STORAGE_FAILED"),
    ("fsync,fdatasync", "EIO", "STORAGE_FAILED"),
])
def test_a_disk_that_fails_is_named_and_loses_nothing(hub, calls, error, code):
    project, _ = hub.project()
    with publishing(hub, project, "before and after") as publishers:
        until(lambda: count(publishers) >= 20, "cards are made")
        with Faults(hub, calls, error):
            until(lambda: all(publisher.problems for publisher in publishers), "every publisher is refused")
            assert hub.answer("GET", "/health").json()["ok"] is True, "reading goes on"
            hub.get(f"/api/projects/{project['id']}")
        known = count(publishers)
        until(lambda: count(publishers) >= known + 20, "cards are made again")
    assert {problem.code for publisher in publishers for problem in publisher.problems} == {code}
    acknowledged = [card for publisher in publishers for card in publisher.acknowledged]
    check_present(hub, project, acknowledged)
    hub.kill()
    check_database(hub)
    hub.start()
    check_present(hub, project, acknowledged)
