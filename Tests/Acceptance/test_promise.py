"""The first promise against the built hub, by seed: nothing is lost in silence.

Clients with filters connect, stall, drop, leave and come back where they were or anywhere else, while projects change, the
hub is killed, and an older copy of its data is put in its place. Every copy that is followed must
equal the hub's state in the end, unless its client was told that it does not.

    pytest Tests/Acceptance/test_promise.py --seeds 100        more than usual
    pytest Tests/Acceptance/test_promise.py --seed 17          that one again
"""
import contextlib
import random
import shutil
import socket
import struct
import subprocess

import pytest

from hub import binary, running
from live import Copy, Live
from problem import Problem
from waiting import patience_seconds

STEPS, CLIENTS, PROJECTS = 120, 5, 2
# Small enough that rings, pages and sockets are left behind at every turn.
LIMITS = {
    "ringBytesMax": 8_192, "ringsTotalBytesMax": 12_288, "historyPageEventsMax": 5, "historyPageBytesMax": 4_096,
    "pendingBytesMax": 16_384, "turnBytesMax": 4_096, "framesPerTurnMax": 4, "scannedPerPullMax": 7,
    "sharedSnapshotBytesMin": 1_024, "snapshotReuseMs": 200,
}
FILTERS = [None, None, None, {"topics": ["card"]}, {"topics": ["column", "board"]},
           {"types": ["card.created", "card.moved", "card.completed", "card.updated", "card.deleted"]}]
# Of what a filter admits, the identifiers' prefixes: what its copy can be held to.
COVERED = {"card": "crd", "board": "brd", "column": "col"}


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        one = metafunc.config.getoption("seed")
        metafunc.parametrize("seed", range(metafunc.config.getoption("seeds")) if one is None else [one])


class Client:
    """Some copies, and now and then a connection."""

    def __init__(self):
        self.copies = {}                # channel -> Copy
        self.live = None

    def connect(self, hub):
        if self.live is None or self.live.end:
            self.live = Live(hub.url)

    def drop(self, chance=None):
        """Without a word, with what is on its way."""
        if self.live is None:
            return
        if chance and chance.random() < 0.5:
            with contextlib.suppress(OSError):
                self.live.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.live.socket.socket.shutdown(socket.SHUT_RDWR)
        self.live.close()
        self.live = None

    def follow(self, copy):
        before = copy.epoch, copy.seq
        self.live.resume(copy)
        self.copies[copy.channel] = copy
        data = copy.joins[-1]
        if data["recovered"]:
            assert (data["epoch"], data["seq"]) == before, f"recovered from {before}, and begins elsewhere"
        else:
            assert "snapshot" in data, "neither the events nor the state"


class Play:
    def __init__(self, hub, chance):
        self.hub, self.chance = hub, chance
        self.clients = [Client() for _ in range(CLIENTS)]
        self.projects = [hub.project(f"play-{number}")[0] for number in range(PROJECTS)]
        self.columns = {project["id"]: self.columns_of(project["id"]) for project in self.projects}
        self.acknowledged = set()       # identifiers of cards that must be there
        self.copy = None                # of the data, and what was acknowledged by then

    # What is done.

    def step(self):
        weights = {self.work: 45, self.join: 14, self.come_back: 14, self.drop: 8, self.stall: 6, self.leave: 4,
                   self.kill: 3, self.back_up: 1, self.restore: 2}
        self.chance.choices(list(weights), weights.values())[0]()

    def work(self):
        for _ in range(self.chance.randrange(1, 12)):
            project = self.chance.choice(self.projects)["id"]
            cards = [card for card in self.hub.get(f"/api/projects/{project}/cards", limit=200)]
            card = self.chance.choice(cards) if cards else None
            column = self.chance.choice(self.columns[project])["id"]
            kind = self.chance.randrange(10)
            if kind < 5 or card is None:
                made = self.hub.post(f"/api/projects/{project}/cards", title=f"card {self.chance.random()}",
                                     prompt="p" * self.chance.randrange(1, 2_000))
                self.acknowledged.add(made["id"])
            elif kind < 7:
                self.hub.post(f"/api/cards/{card['id']}/move", columnId=column)
            elif kind < 8:
                self.hub.patch(f"/api/cards/{card['id']}", title=f"again {self.chance.random()}")
            elif kind < 9:
                self.hub.delete(f"/api/cards/{card['id']}")
                self.acknowledged.discard(card["id"])
            else:
                self.hub.patch(f"/api/columns/{column}", name=f"column {self.chance.random()}")

    def join(self):
        client, project = self.chance.choice(self.clients), self.chance.choice(self.projects)["id"]
        client.connect(self.hub)
        channel, filter = f"project:{project}", self.chance.choice(FILTERS)
        if self.chance.random() < 0.3:
            cards = self.hub.get(f"/api/projects/{project}/cards", limit=200)
            if cards:
                channel, filter = f"card:{self.chance.choice(cards)['id']}", None
        copy = Copy(channel, filter)
        if self.chance.random() < 0.2:
            # From the journal's beginning, or ahead of time.
            epoch, seq = self.hub.position(project)
            copy.epoch, copy.seq = epoch, self.chance.choice([0, 0, seq + 5])
        self.try_to_follow(client, copy)

    def come_back(self):
        """All that it knew, after the last event that it has; sometimes after an earlier one."""
        client = self.chance.choice(self.clients)
        client.drop(self.chance)
        client.connect(self.hub)
        for copy in list(client.copies.values()):
            if copy.seq and self.chance.random() < 0.1:
                copy.seq -= self.chance.randrange(copy.seq)
            self.try_to_follow(client, copy)

    def try_to_follow(self, client, copy):
        try:
            client.follow(copy)
        except Problem as problem:
            assert problem.code == "CARD_NOT_FOUND" and copy.channel.startswith("card:"), problem
            client.copies.pop(copy.channel, None)

    def drop(self):
        self.chance.choice(self.clients).drop(self.chance)

    def stall(self):
        """It does not read for as long as others do something."""
        client = self.chance.choice(self.clients)
        if client.live is None or client.live.end:
            return
        with client.live.changed:           # what the thread that reads needs for every frame
            self.work()

    def leave(self):
        client = self.chance.choice(self.clients)
        if client.live is None or client.live.end or not client.copies:
            return
        channel = self.chance.choice(list(client.copies))
        if channel in client.live.copies:
            client.live.call("unsubscribe", channel=channel)
        del client.copies[channel]

    def kill(self):
        self.hub.restart()

    def back_up(self):
        place = self.hub.folder / "copy"
        shutil.rmtree(place, ignore_errors=True)
        self.command("backup", place)
        self.copy = place, set(self.acknowledged)

    def restore(self):
        """Whatever came after the copy is gone, and every client is to know it."""
        if self.copy is None:
            return
        place, acknowledged = self.copy
        self.hub.stop()
        self.command("restore", place)
        self.hub.start()
        self.acknowledged = set(acknowledged)

    def command(self, verb, place):
        done = subprocess.run([binary, verb, "--data", self.hub.data, place], capture_output=True, text=True,
                              env=self.hub.environment, timeout=patience_seconds)
        assert done.returncode == 0, done.stdout + done.stderr

    # The end.

    def finish(self):
        for client in self.clients:
            client.drop()
            client.connect(self.hub)
            for copy in list(client.copies.values()):
                self.try_to_follow(client, copy)
        # One last event that every filter admits.
        for project in self.projects:
            made = self.hub.post(f"/api/projects/{project['id']}/cards", title="last")
            self.hub.patch(f"/api/columns/{self.columns[project['id']][0]['id']}", name="last")
            self.acknowledged.add(made["id"])
        for project in self.projects:
            epoch, seq = self.hub.position(project["id"])
            events = self.hub.events(project["id"])
            assert [event["seq"] for event in events] == list(range(1, seq + 1)), "the journal has no holes"
            truth = self.truth(project["id"])
            missing = {id for id in self.acknowledged if id in self.owned(events)} - set(truth)
            assert not missing, f"acknowledged, and gone: {missing}"
            for client in self.clients:
                copy = client.copies.get(f"project:{project['id']}")
                if copy is None:
                    continue
                last = [event["seq"] for event in events if self.admits(copy.filter, event)][-1]
                client.live.wait(lambda: copy.epoch == epoch and copy.seq >= last, f"{copy.channel} is at {last}")
                self.compare(copy, truth)
            for client in self.clients:
                for copy in client.copies.values():
                    self.compare_card(client, copy, truth, events)

    @staticmethod
    def owned(events):
        return {event["data"]["id"] for event in events}

    @staticmethod
    def admits(filter, event):
        if not filter:
            return True
        if "topics" in filter:
            return event["type"].split(".")[0] in filter["topics"]
        return event["type"] in filter["types"]

    def columns_of(self, project):
        boards = self.hub.list(f"/api/projects/{project}/boards")
        return [column for board in boards for column in self.hub.list(f"/api/boards/{board['id']}/columns")]

    def truth(self, project):
        things = [*self.hub.list(f"/api/projects/{project}/boards"), *self.columns_of(project),
                  *self.hub.list(f"/api/projects/{project}/cards")]
        return {thing["id"]: thing for thing in things}

    @staticmethod
    def covered(filter):
        if not filter:
            return tuple(COVERED.values())
        if "topics" in filter:
            return tuple(COVERED[topic] for topic in filter["topics"])
        return ("crd",)

    def compare(self, copy, truth):
        assert not copy.faults, copy.faults
        prefixes = self.covered(copy.filter)
        known = {id: thing for id, thing in copy.things.items() if id.startswith(prefixes)}
        expected = {id: thing for id, thing in truth.items() if id.startswith(prefixes)}
        assert set(known) == set(expected), f"{copy.channel} {copy.filter}: {set(known) ^ set(expected)}"
        for id, thing in expected.items():
            assert known[id] == thing, f"{copy.channel} {copy.filter}"

    def compare_card(self, client, copy, truth, events):
        id = copy.channel.partition(":")[2]
        own = [event for event in events if event.get("cardId") == id]
        if not copy.channel.startswith("card:") or not own:
            return
        client.live.wait(lambda: copy.seq >= own[-1]["seq"], f"{copy.channel} is at {own[-1]['seq']}")
        assert not copy.faults, copy.faults
        assert copy.things.get(id) == truth.get(id), copy.channel


def test_nothing_is_lost_in_silence(tmp_path, seed):
    with running(tmp_path, limits=LIMITS) as hub:
        play = Play(hub, random.Random(seed))
        try:
            for _ in range(STEPS):
                play.step()
            play.finish()
        finally:
            for client in play.clients:
                client.drop()
