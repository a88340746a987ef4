"""A WebSocket client of the hub, written from the protocol alone."""
import contextlib
import itertools
import json
import threading
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from problem import Problem
from waiting import patience_seconds

# Channels that show their whole journal: without a filter no seq may be missing.
whole_journals = ("project:",)


class Copy:
    """What a client holds of one channel: it outlives connections.

    Every event carries a whole entity, so keeping up is: put it under its id, or remove it.
    """

    def __init__(self, channel, filter=None, after=None):
        """after: (epoch, seq) of what is known already."""
        self.channel = channel
        self.filter = filter
        self.epoch, self.seq = after or (None, None)
        self.things = {}            # id -> entity
        self.entries_total = None
        self.viewers = {}           # a user's id -> who watches
        self.viewers_total = None
        self.events = []            # durable frames, in the order of their coming
        self.passing = []           # frames without a number
        self.gaps = []
        self.faults = []            # how the hub broke its promise
        self.joins = []             # the data of each `subscribed`

    # What the connection tells.

    def joined(self, data):
        self.joins.append(data)
        if not data["recovered"]:
            self.epoch, self.seq = data["epoch"], data["seq"]
        elif data["epoch"] != self.epoch:
            self.faults.append(f"recovered in epoch {data['epoch']}, but asked for {self.epoch}")
        self.viewers = {viewer["user"]["id"]: viewer for viewer in data.get("viewers", [])}
        self.viewers_total = data.get("viewersTotal")
        if "snapshot" in data:
            self.things = {}
            for member in data["snapshot"].values():
                for entity in member if isinstance(member, list) else [member]:
                    if isinstance(entity, dict) and "id" in entity:
                        self.things[entity["id"]] = entity
            self.entries_total = data["snapshot"].get("entriesTotal")

    def told(self, frame):
        if "seq" not in frame:
            self.passing.append(frame)
            if frame["type"].startswith("presence."):
                self.watched(frame["type"], frame["data"])
            return
        seq, expected = frame["seq"], self.seq + 1
        if seq < expected:
            self.faults.append(f"seq {seq} came again or out of order after {self.seq}")
        if seq > expected and not self.filter and self.channel.startswith(whole_journals):
            self.faults.append(f"seq {seq} came after {self.seq}: a hole")
        self.seq = seq
        self.events.append(frame)
        data = frame["data"]
        if frame["type"].endswith(".deleted"):
            self.things.pop(data["id"], None)
        else:
            self.things[data["id"]] = data

    def watched(self, type, data):
        self.viewers_total = data["viewersTotal"]
        if type == "presence.listed":
            self.viewers = {}
        for viewer in data["viewers"]:
            if type == "presence.left":
                self.viewers.pop(viewer["user"]["id"], None)
            else:
                self.viewers[viewer["user"]["id"]] = viewer

    # What is asked of it.

    def of(self, prefix, **members):
        """Entities whose id begins so and whose members are so, in the order of their making."""
        found = [thing for id, thing in self.things.items() if id.startswith(prefix + "_")]
        found = [thing for thing in found if all(thing.get(name) == value for name, value in members.items())]
        return sorted(found, key=lambda thing: thing["id"])

    @property
    def chunks(self):
        """Raw output, as it was shown."""
        return [frame for frame in self.passing if frame["type"] == "chunk"]

    def events_of(self, *types):
        return [event for event in self.events if event["type"] in types]


class Live:
    """One connection. Its frames are taken up by a thread; tests wait for what they lead to."""

    def __init__(self, url, batch=False, ssl=None, token=None, client=None):
        """token: shown in the first frame; client: what it calls itself each time that it comes."""
        query = {"batch": 1} if batch else {}
        if client:
            query["client"] = client
        # compression: the default offer, as most clients make it.
        self._open = contextlib.ExitStack()
        self.socket = self._open.enter_context(connect(
            url.replace("http", "ws", 1) + "/api/ws?" + urlencode(query), max_size=None, proxy=None,
            open_timeout=patience_seconds, ping_interval=None, close_timeout=1, ssl=ssl))
        self.is_batching = batch
        self.changed = threading.Condition()
        self.frames = []            # all that came
        self.answers = {}           # our id -> the frame that answers it
        self.copies = {}            # channel -> Copy
        self.end = None             # (code, reason) when the connection is over
        self._joining = {}          # our id -> Copy
        self._ids = itertools.count(1)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.hello = self.wait(lambda: self.frames, "hello")[0]
        if token:
            self.call("auth", token=token)

    # Down.

    def _listen(self):
        try:
            for message in self.socket:
                frames = json.loads(message)
                with self.changed:
                    for frame in frames if isinstance(frames, list) else [frames]:
                        self._take(frame)
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self.changed:
                self.end = (self.socket.close_code, self.socket.close_reason)
                self.changed.notify_all()

    def _take(self, frame):
        self.frames.append(frame)
        id = frame.get("id")
        if frame["type"] == "subscribed" and id in self._joining:
            copy = self._joining.pop(id)
            # By slug one asks for a channel whose name is told in the answer.
            copy.channel = frame["channel"]
            self.copies[copy.channel] = copy
            copy.joined(frame["data"])
        elif frame["type"] == "gap":
            self.copies[frame["channel"]].gaps.append(frame["data"])
        elif id is None and frame.get("channel") in self.copies:
            self.copies[frame["channel"]].told(frame)
        if id is not None:
            self.answers[id] = frame

    # Up.

    def send(self, type, /, **payload):
        """Sends a frame; returns its id."""
        id = next(self._ids)
        self._write({"type": type, "id": id, "payload": payload})
        return id

    def send_text(self, text):
        self.socket.send(text)

    def _write(self, frame):
        self.send_text(json.dumps([frame] if self.is_batching else frame))

    def answer(self, id):
        """The frame that answers a frame of ours; raises the problem that it may be."""
        frame = self.wait(lambda: self.answers.get(id), f"answer to frame {id}")
        if frame["type"] == "error":
            raise Problem(frame["error"])
        return frame

    def call(self, operation, /, **payload):
        return self.answer(self.send(operation, **payload)).get("data")

    def follow(self, channel, **known):
        """Subscribes; returns the copy that is kept from now on."""
        return self.resume(Copy(channel, **known))

    def resume(self, copy):
        """Subscribes for a copy that may come from an earlier connection, after the last event that it has."""
        payload = {"channel": copy.channel, "snapshot": True}
        if copy.filter:
            payload["filter"] = copy.filter
        if copy.seq is not None:
            payload["after"] = {"epoch": copy.epoch, "seq": copy.seq}
        id = next(self._ids)
        self._joining[id] = copy
        self._write({"type": "subscribe", "id": id, "payload": payload})
        self.answer(id)
        return copy

    # Waiting.

    def wait(self, look, what, seconds=patience_seconds):
        """The first true value that `look` returns; it is asked again after each frame."""
        with self.changed:
            def ready():
                for copy in self.copies.values():
                    assert not copy.faults, f"{copy.channel}: {copy.faults}"
                return look() or self.end
            if not self.changed.wait_for(ready, seconds):
                seen = [frame["type"] for frame in self.frames[-20:]]
                raise TimeoutError(f"not within {seconds} s: {what}; the last frames were {seen}")
            value = look()
            assert value, f"the connection ended with {self.end} before: {what}"
            return value

    def wait_for_end(self, seconds=patience_seconds):
        """(code, reason) with which the connection was closed."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.end, seconds), "the connection is still open"
            return self.end

    def wait_for_run(self, copy, run, *statuses, seconds=patience_seconds):
        """The run as the copy has it, once it has one of the statuses."""
        def look():
            now = copy.things.get(run["id"], {})
            return now if now.get("status") in statuses else None
        return self.wait(look, f"run {run['id']} is {' or '.join(statuses)}", seconds)

    def wait_for_approval(self, copy, run):
        """The open question of a run."""
        return self.wait(lambda: copy.of("apr", runId=run["id"], status="pending"), "an approval is asked")[0]

    def wait_for_position(self, copy, position):
        """Until the copy has everything up to a place of its journal."""
        epoch, seq = position
        self.wait(lambda: copy.epoch == epoch and copy.seq >= seq, f"{copy.channel} is at {epoch}-{seq}")

    def close(self):
        with contextlib.suppress(ConnectionClosed):
            self._open.close()
        self._thread.join(patience_seconds)
