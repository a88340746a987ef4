"""The connection: it comes back by itself, and everything that runs over it goes on."""
import asyncio
import itertools
import json
import random
import uuid
from collections import deque
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .backoff import delay_seconds
from .changes import Change
from .errors import Closed, ConnectionLost, Problem, RoostError
from .pace import Pace
from .position import Position
from .store import Store
from .subscription import Subscription

# The hub refuses a key on what tells a secret, whose answer is kept nowhere; such a call is never made twice.
without_key = frozenset({"auth.login", "auth.setup", "passwords.reset", "tokens.create"})
# A frame of the hub's: a snapshot of 16 MiB at most, and what comes around it.
frame_bytes_max = 64 << 20
frames_per_batch_max = 256
# Of what the hub allows, which counts by its own clock.
pace_share = 0.8


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers. `meta` has `position`, `nextCursor`, `replayed`, where they are said."""

    data: Any
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def position(self) -> Position | None:
        """Up to where a journal tells of what was changed."""
        match self.meta.get("position"):
            case str(text):
                return Position.parse(text)
            case {"epoch": str(epoch), "seq": int(seq)}:
                return Position(epoch, seq)
        return None


def socket_url(url: str, name: str, batch: bool) -> str:
    """Of a hub's address, `http://host:port`, its WebSocket's."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None:
        raise ValueError(f"not the address of a hub: {url!r}")
    query = urlencode({"client": name} | ({"batch": "1"} if batch else {}))
    path = parts.path.rstrip("/").removesuffix("/api/ws") + "/api/ws"
    return urlunsplit((scheme, parts.netloc, path, query, ""))


class Client:
    """Connects when it is entered, and leaves when it is left. All of it belongs to one event loop."""

    def __init__(
        self, url: str, *, token: str | None = None, batch: bool = True, name: str | None = None,
        call_timeout_seconds: float = 60, ping_seconds: float = 20,
        on_state: Callable[[str, str], None] = lambda state, detail: None, **connect_options: Any,
    ) -> None:
        """
        name: what each connection calls itself, so that others do not see it leave and come back; one is made up.
        call_timeout_seconds: over all attempts of one call, waiting for a connection among them.
        ping_seconds: how often the hub is asked whether it is there; it is given up when it is silent as long.
        on_state: called with `connecting`, `online`, `reconnecting` or `closed`, and why.
        connect_options: go to `websockets.connect`, such as ssl=… and proxy=….
        """
        self._url = socket_url(url, name or uuid.uuid4().hex, batch)
        self._batch = batch
        self._call_timeout_seconds = call_timeout_seconds
        self._ping_seconds = ping_seconds
        self._on_state = on_state
        headers = {"Authorization": f"Bearer {token}"} if token else None
        self._connect_options = {"additional_headers": headers} | connect_options
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._outbox: deque[dict[str, Any]] = deque()
        self._outbox_news = asyncio.Event()
        self._online = asyncio.Event()
        self._ended: Closed | None = None
        self._retry_seconds = 0.0
        self._task: asyncio.Task[None] | None = None
        # What the hub said about itself when the connection came up.
        self.hello: Mapping[str, Any] = {}

    async def __aenter__(self) -> "Client":
        self._task = asyncio.create_task(self._stay_connected(), name="roost")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._end(Closed(1000, "closed by this client"))

    @property
    def is_online(self) -> bool:
        return self._online.is_set() and self._ended is None

    async def online(self) -> None:
        """Returns when there is a connection; raises Closed when there will be none."""
        await self._online.wait()
        if self._ended:
            raise self._ended

    # Operations.

    async def call(self, operation: str, payload: Mapping[str, Any] | None = None, /, **members: Any) -> Any:
        """Has an operation done: `await hub.call("cards.move", card="crd_…", columnId="col_…")`; see `request`."""
        return (await self.request(operation, {**(payload or {}), **members})).data

    async def request(
        self, operation: str, payload: Mapping[str, Any] | None = None, *, key: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """
        Has an operation done once, over as many connections and attempts as it takes.

        key: the idempotency key; one is made up, by which the hub knows an attempt that it has seen.
        Raises Problem, where the hub refuses and does not say when to come again; TimeoutError; Closed; and
        ConnectionLost for the few operations that take no key (`without_key`).
        """
        frame: dict[str, Any] = {"type": operation, "payload": dict(payload or {})}
        if operation not in without_key:
            frame["idempotencyKey"] = key or str(uuid.uuid4())
        async with asyncio.timeout(self._call_timeout_seconds if timeout_seconds is None else timeout_seconds):
            while True:
                await self.online()
                try:
                    answer = await self._exchange(frame)
                    return Answer(answer.get("data"), answer.get("meta") or {})
                except ConnectionLost:
                    if operation in without_key:
                        raise
                except Problem as problem:
                    if problem.retry_after_seconds is None:
                        raise
                    # Each client at a moment of its own.
                    await asyncio.sleep(problem.retry_after_seconds * (1 + random.random()))

    async def pages(self, operation: str, payload: Mapping[str, Any] | None = None, /, **members: Any) -> list[Any]:
        """All pages of a list."""
        items: list[Any] = []
        query = {**(payload or {}), **members}
        while True:
            answer = await self.request(operation, query)
            items += answer.data
            cursor = answer.meta.get("nextCursor")
            if not cursor:
                return items
            query["cursor"] = cursor

    async def _exchange(self, frame: Mapping[str, Any]) -> Mapping[str, Any]:
        id = next(self._ids)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[id] = answer
        self._send({**frame, "id": id})
        try:
            return await answer
        finally:
            self._answers.pop(id, None)

    # Channels.

    def subscribe(
        self, channel: str, *, filter: Mapping[str, Any] | None = None, after: Position | None = None,
        snapshot: bool = True,
    ) -> Subscription:
        """Follows a channel, `project:prj_…`, until it is closed.

        filter: `{topics?, types?, cardId?, runId?}`; after: where one has been before; snapshot: of the state, where
        there is nothing to go on from.
        """
        if channel in self._subscriptions:
            raise ValueError(f"already subscribed to {channel}")
        subscription = Subscription(
            channel, filter=filter, after=after, snapshot=snapshot, join=self._join, leave=self._leave)
        if self._ended:
            subscription.end(self._ended)
            return subscription
        self._subscriptions[channel] = subscription
        self._join(subscription)
        return subscription

    def mirror(
        self, channel: str, *, kinds: Container[str] | None = None, filter: Mapping[str, Any] | None = None,
    ) -> "Mirror":
        """Follows a channel with a store that is kept up to date; kinds: which are kept."""
        return Mirror(self.subscribe(channel, filter=filter), Store(kinds))

    async def presence(self, channel: str, state: object) -> None:
        """Tells those who watch a subscribed channel what one does; it is told again after a reconnection."""
        if subscription := self._subscriptions.get(channel):
            subscription.presence = state
        await self.request("presence", {"channel": channel, "state": state})

    def _join(self, subscription: Subscription) -> None:
        if self.is_online and self._subscriptions.get(subscription.channel) is subscription:
            subscription.joining = next(self._ids)
            self._send({"type": "subscribe", "id": subscription.joining, "payload": subscription.request()})

    def _leave(self, subscription: Subscription) -> None:
        if self._subscriptions.get(subscription.channel) is not subscription:
            return
        if subscription.is_closed:
            del self._subscriptions[subscription.channel]
        if self.is_online:
            self._send({"type": "unsubscribe", "payload": {"channel": subscription.channel}})

    def _later(self, seconds: float, subscription: Subscription) -> None:
        subscription.joining = None
        asyncio.get_running_loop().call_later(seconds * (1 + random.random()), self._join_unless_joined, subscription)

    def _join_unless_joined(self, subscription: Subscription) -> None:
        if subscription.joining is None and not subscription.is_joined:
            self._join(subscription)

    # Frames up.

    def _send(self, frame: dict[str, Any]) -> None:
        self._outbox.append(frame)
        self._outbox_news.set()

    async def _write(self, socket: ClientConnection) -> None:
        """Sends what waits, no faster than the hub allows; what waits together goes together."""
        limits = self.hello.get("limits", {})
        pace = Pace(
            pace_share * limits.get("messagesPerSecond", 50), pace_share * limits.get("messageBurstMax", 300),
            asyncio.get_running_loop().time)
        while True:
            self._outbox_news.clear()
            while self._outbox:
                count = pace.take(min(len(self._outbox), frames_per_batch_max if self._batch else 1))
                if count == 0:
                    await asyncio.sleep(pace.wait_seconds)
                    continue
                frames = [self._outbox.popleft() for _ in range(count)]
                await socket.send(json.dumps(frames if self._batch else frames[0]))
            await self._outbox_news.wait()

    # Frames down.

    def _received(self, message: str | bytes) -> None:
        frames = json.loads(message)
        for frame in frames if isinstance(frames, list) else [frames]:
            self._take(frame)

    def _take(self, frame: Mapping[str, Any]) -> None:
        type, id = frame["type"], frame.get("id")
        subscription = self._subscriptions.get(frame.get("channel", ""))
        match type:
            case "closing":
                self._retry_seconds = frame["data"].get("retryAfterMs", 0) / 1000
            case "subscribed":
                self._joined(frame)
            case "gap":
                if subscription:
                    subscription.gap(frame["data"])
                    if subscription.is_closed:
                        del self._subscriptions[subscription.channel]
                    else:
                        self._join(subscription)
            case "error":
                self._refused(frame)
            case _ if id is not None:
                if (answer := self._answers.get(id)) and not answer.done():
                    answer.set_result(frame)
            case _:
                # Before the answer to a subscribe that is under way, events are of an earlier subscription.
                if subscription and subscription.joining is None:
                    subscription.told(frame)

    def _joined(self, frame: Mapping[str, Any]) -> None:
        for subscription in list(self._subscriptions.values()):
            if subscription.joining != frame["id"]:
                continue
            # By slug one asks for a channel whose name is told in the answer.
            if subscription.channel != frame["channel"]:
                del self._subscriptions[subscription.channel]
                subscription.channel = frame["channel"]
                self._subscriptions[subscription.channel] = subscription
            subscription.joined(frame["data"])
            if subscription.presence is not None:
                payload = {"channel": subscription.channel, "state": subscription.presence}
                self._send({"type": "presence", "payload": payload})

    def _refused(self, frame: Mapping[str, Any]) -> None:
        problem, id = Problem(frame["error"]), frame.get("id")
        if id is None:
            return
        for subscription in list(self._subscriptions.values()):
            if subscription.joining == id:
                if problem.retry_after_seconds is not None:
                    self._later(problem.retry_after_seconds, subscription)
                else:
                    del self._subscriptions[subscription.channel]
                    subscription.end(problem)
                return
        if (answer := self._answers.get(id)) and not answer.done():
            answer.set_exception(problem)

    # The connection's life.

    async def _stay_connected(self) -> None:
        attempt = 0
        while True:
            self._on_state("connecting" if attempt == 0 else "reconnecting", "")
            code, reason = 1006, ""
            try:
                async with connect(
                    self._url, max_size=frame_bytes_max, open_timeout=2 * self._ping_seconds, close_timeout=1,
                    ping_interval=self._ping_seconds, ping_timeout=self._ping_seconds, **self._connect_options,
                ) as socket:
                    async with asyncio.timeout(2 * self._ping_seconds):
                        first = json.loads(await socket.recv())
                    frame = first[0] if isinstance(first, list) else first
                    if frame["type"] != "hello":
                        # Refused before anything was asked: the close code says whether for good.
                        self._retry_seconds = Problem(frame.get("error", {})).retry_after_seconds or 0.0
                        await socket.wait_closed()
                        raise _Refused(socket.close_code or 1006, Problem(frame.get("error", {})).detail)
                    self.hello = frame["data"]
                    attempt = 0
                    self._came_up()
                    writer = asyncio.create_task(self._write(socket))
                    try:
                        async for message in socket:
                            self._received(message)
                    finally:
                        writer.cancel()
                        await asyncio.gather(writer, return_exceptions=True)
                code, reason = socket.close_code or 1006, socket.close_reason or ""
            except InvalidStatus as refusal:
                status = refusal.response.status_code
                if status < 500 and status not in (408, 429):
                    self._end(Closed(4001 if status == 401 else 4003, f"HTTP {status}"))
                    return
                self._retry_seconds = _seconds(refusal.response.headers.get("Retry-After"))
                reason = f"HTTP {status}"
            except ConnectionClosed as closed:
                received = closed.rcvd
                code, reason = (received.code, received.reason) if received else (1006, "")
            except _Refused as refused:
                code, reason = refused.code, refused.reason
            except (OSError, InvalidHandshake, TimeoutError) as error:
                reason = str(error)
            finally:
                self._went_away()
            if 4000 <= code <= 4099:
                self._end(Closed(code, reason))
                return
            # The hub's word comes first: it gives each client a moment of its own.
            seconds = max(self._retry_seconds, delay_seconds(attempt))
            self._retry_seconds = 0.0
            attempt += 1
            self._on_state("reconnecting", reason or f"code {code}")
            await asyncio.sleep(seconds)

    def _came_up(self) -> None:
        self._outbox.clear()
        self._online.set()
        self._on_state("online", "")
        for subscription in self._subscriptions.values():
            if not subscription.is_paused:
                self._join(subscription)

    def _went_away(self) -> None:
        self._online.clear()
        self._outbox.clear()
        for subscription in self._subscriptions.values():
            subscription.lost()
        answers, self._answers = list(self._answers.values()), {}
        for answer in answers:
            if not answer.done():
                answer.set_exception(ConnectionLost("the connection to the hub was lost"))

    def _end(self, error: Closed) -> None:
        if self._ended:
            return
        self._ended = error
        self._online.set()      # Whoever waits for it is to hear that it will not come.
        for subscription in self._subscriptions.values():
            subscription.end(error if error.code != 1000 else None)
        self._subscriptions.clear()
        self._on_state("closed", str(error))


class _Refused(Closed):
    """Instead of `hello` came an error."""


def _seconds(text: str | None) -> float:
    """Of `Retry-After`; hubs say it in seconds."""
    return float(text) if text and text.isdigit() else 0.0


class Mirror:
    """A store that follows a channel: an async iterator of the changes that have been applied to it.

    It takes each change as it is iterated over; who only wants the state asks `until`.
    """

    def __init__(self, subscription: Subscription, store: Store) -> None:
        self.subscription = subscription
        self.store = store

    def __aiter__(self) -> "Mirror":
        return self

    async def __anext__(self) -> Change:
        change = await anext(self.subscription)
        self.store.apply(change)
        return change

    async def until(self, holds: Callable[[Store], bool], timeout_seconds: float = 60) -> Store:
        """The store when it is loaded and so; raises TimeoutError, or RoostError when the channel has ended before."""
        async with asyncio.timeout(timeout_seconds):
            while not (self.store.is_loaded and holds(self.store)):
                try:
                    await anext(self)
                except StopAsyncIteration:
                    raise RoostError(f"{self.subscription.channel} has ended") from None
        return self.store

    def close(self) -> None:
        self.subscription.close()

    async def __aenter__(self) -> "Mirror":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self.close()
