"""One channel, followed over any number of connections."""
import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from .changes import Change, Event, Gap, Joined, Passing, Snapshot
from .errors import RoostError
from .position import Position

# How much waits for a subscriber that is busy. Beyond it the channel is left, and followed again from there when what
# waited has been taken: nothing is lost, and nothing grows.
waiting_changes_max = 10_000


class Subscription:
    """An async iterator of changes. It ends when it is closed, and raises what the channel is refused with.

    The client feeds it; it decides and never sends: `join`, `leave` are the client's.
    """

    def __init__(
        self, channel: str, *, filter: Mapping[str, Any] | None = None, after: Position | None = None,
        snapshot: bool = True, join: Callable[["Subscription"], None], leave: Callable[["Subscription"], None],
        waiting_max: int = waiting_changes_max,
    ) -> None:
        self.channel = channel
        self.filter = filter
        # Up to where changes have been told.
        self.position = after
        self.presence: object = None
        # The id of the `subscribe` that has no answer yet; events before it are of an earlier subscription.
        self.joining: int | None = None
        self.is_joined = False
        self.is_paused = False
        self.is_closed = False
        self._snapshot = snapshot
        self._join, self._leave = join, leave
        self._waiting_max = waiting_max
        self._waiting: deque[Change] = deque()
        self._error: RoostError | None = None
        self._news = asyncio.Event()

    # What the client tells.

    def request(self) -> dict[str, Any]:
        """The payload of `subscribe`."""
        payload: dict[str, Any] = {"channel": self.channel, "snapshot": self._snapshot}
        if self.filter:
            payload["filter"] = self.filter
        if self.position:
            payload["after"] = str(self.position)
        return payload

    def joined(self, data: Mapping[str, Any]) -> None:
        self.joining, self.is_joined = None, True
        is_recovered = bool(data["recovered"])
        if not is_recovered:
            # Where a position was held, what followed it cannot be had.
            before, self.position = self.position, Position(data["epoch"], data["seq"])
            if before:
                self._tell(Gap("epoch" if before.epoch != self.position.epoch else "resume", is_final=False))
            if "snapshot" in data:
                self._tell(Snapshot(self.position, data["snapshot"]))
        self._tell(Joined(is_recovered, data))

    def told(self, frame: Mapping[str, Any]) -> None:
        if not self.is_joined or self.is_paused:
            return
        seq = frame.get("seq")
        if seq is None:
            # What may be lost is, before what may not.
            if len(self._waiting) < self._waiting_max // 2:
                self._tell(Passing(frame["type"], frame["data"]))
            return
        if self.position is None or seq <= self.position.seq:
            return
        if len(self._waiting) >= self._waiting_max:
            self.is_paused, self.is_joined = True, False
            self._leave(self)
            return
        self.position = Position(self.position.epoch, seq)
        self._tell(Event(self.position, frame["type"], frame["data"], frame))

    def gap(self, data: Mapping[str, Any]) -> None:
        """The hub has ended the subscription; the client joins again, unless this is now closed."""
        self.is_joined, self.position = False, None
        is_final = not data.get("resubscribe", True)
        self._tell(Gap(data["reason"], is_final))
        if is_final:
            self.end()

    def lost(self) -> None:
        """The connection has gone."""
        self.joining, self.is_joined = None, False

    def end(self, error: RoostError | None = None) -> None:
        if not self.is_closed:
            self.is_closed, self._error = True, error
            self._news.set()

    def _tell(self, change: Change) -> None:
        if not self.is_closed:
            self._waiting.append(change)
            self._news.set()

    # What the subscriber does.

    def close(self) -> None:
        if not self.is_closed:
            self.end()
            self._leave(self)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Change:
        while not self._waiting:
            if self.is_closed:
                if self._error:
                    raise self._error
                raise StopAsyncIteration
            self._news.clear()
            if self.is_paused:
                self.is_paused = False
                self._join(self)
            await self._news.wait()
        return self._waiting.popleft()

    async def __aenter__(self) -> "Subscription":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self.close()
