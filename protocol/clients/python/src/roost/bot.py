"""A bot that does the work of runs: it claims them, reports what it does, and is told what people want.

    async with roost.Client(url) as hub:
        async for work in roost.claims(hub, "website", "linter"):
            async with work:
                await work.say("All is well.")
                await work.complete("Nothing to do.")
"""
import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any

from .client import Client
from .errors import Problem, RoostError

# Of what a hub waits for in one claim.
claim_wait_ms = 30_000


class LeaseLost(RoostError):
    """The run is no longer this bot's: it was ended, or the bot was not heard of for too long."""


async def claims(
    hub: Client, project: str, bot: str, *, lease_ms: int = 30_000, wait_ms: int = claim_wait_ms,
) -> AsyncIterator["Work"]:
    """Runs of a project whose provider is `bot`, one after another, as they become this bot's."""
    while True:
        claimed = await hub.request(
            "bots.claim", {"project": project, "bot": bot, "leaseMs": lease_ms, "waitMs": wait_ms},
            timeout_seconds=wait_ms / 1000 + 120)
        if claimed.data:
            yield Work(hub, claimed.data)


class Work:
    """A run that is this bot's. Within `async with` its lease is kept; left without an end, it is given back."""

    def __init__(self, hub: Client, assignment: Mapping[str, Any]) -> None:
        self._hub = hub
        self.run: Mapping[str, Any] = assignment["run"]
        self.prompt: str = assignment["prompt"]
        # Where its files are, on the hub's machine.
        self.directory: str | None = assignment.get("workingDirectory")
        self.session: str | None = assignment.get("sessionId")
        self.token: int = assignment["lease"]["token"]
        # What the hub wants: `work`, `pause` or `stop`.
        self.state = "work"
        # What people say meanwhile.
        self.messages: asyncio.Queue[str] = asyncio.Queue()
        self._lease_ms: int = assignment["lease"]["leaseMs"]
        self._changed = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._keys = itertools.count(1)
        self._reported = 0
        self._one_report = asyncio.Lock()
        self._is_finished = False
        self._lost: LeaseLost | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Work":
        self._listening = asyncio.create_task(self._listen(), name=f"lease of {self.run['id']}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> bool:
        try:
            if not self._is_finished and not self._lost:
                await self.release(str(error) if error else "the bot has left it")
        except LeaseLost:
            pass
        finally:
            if self._listening:
                self._listening.cancel()
                await asyncio.gather(self._listening, return_exceptions=True)
        # Whose run was taken has nothing to put right.
        return isinstance(error, LeaseLost)

    # What is reported.

    async def report(self, *items: Mapping[str, Any]) -> None:
        """Tells the hub, once, however often the connection is lost. Raises LeaseLost."""
        async with self._one_report:
            answer = await self._ask(
                "bots.report", {"from": self._reported, "items": [dict(item) for item in items]})
            self._reported = answer["received"]
            await self._now(answer["state"])

    async def say(self, text: str, key: str | None = None) -> None:
        """key: the same one changes what was said by it."""
        await self.entry({"kind": "assistant_message", "text": text}, key)

    async def entry(self, entry: Mapping[str, Any], key: str | None = None) -> None:
        await self.report({"type": "entry", "entry": dict(entry)} | ({"key": key} if key else {}))

    async def ask(
        self, title: str, *, kind: str = "tool", tool: str | None = None, input: Any = None,
    ) -> Mapping[str, Any]:
        """The decision: `{decision: approve|deny|revise, reason?, edited?, answers?}`. Raises LeaseLost."""
        key = f"q{self.token}-{next(self._keys)}"
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer
        item: dict[str, Any] = {"type": "ask", "key": key, "kind": kind, "title": title}
        if tool is not None:
            item["tool"] = tool
        if input is not None:
            item["input"] = input
        await self.report(item)
        return await answer

    async def complete(self, summary: str | None = None) -> None:
        await self._finish("completed", {"summary": summary} if summary else {})

    async def fail(self, message: str, kind: str = "agent") -> None:
        """kind: whose fault it was: agent, platform, quota, auth or user."""
        await self._finish("failed", {"failure": {"class": kind, "message": message}})

    async def interrupt(self) -> None:
        """It was stopped before it was done."""
        await self._finish("interrupted", {})

    async def release(self, reason: str) -> None:
        """Gives it back: it is in the queue again after a moment."""
        self._is_finished = True
        await self._ask("bots.release", {"reason": reason[:500].replace("\n", " ") or "no reason"})

    async def working(self) -> None:
        """Returns when the run is to be worked on: at once, or when a pause is over. Raises LeaseLost when it is to stop."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.state == "work" or self._is_over)
        if self._lost:
            raise self._lost
        if self.state == "stop":
            raise LeaseLost(f"run {self.run['id']} is to stop")

    @property
    def _is_over(self) -> bool:
        return self.state == "stop" or self._lost is not None

    async def _finish(self, status: str, members: Mapping[str, Any]) -> None:
        await self.report({"type": "finish", "status": status} | dict(members))
        self._is_finished = True

    # What is told.

    async def _listen(self) -> None:
        after = 0
        try:
            while not self._is_finished:
                # Also a moment's silence renews it; half of the lease is the most that the hub waits.
                orders = await self._ask(
                    "bots.heartbeat", {"after": after, "state": self.state, "waitMs": min(self._lease_ms // 3, 20_000)})
                for order in orders["messages"]:
                    self._hear(order)
                after = orders["next"]
                await self._now(orders["state"])
                if self.state == "stop":
                    await asyncio.sleep(self._lease_ms / 3000)
        except LeaseLost:
            pass

    def _hear(self, order: Mapping[str, Any]) -> None:
        if order["type"] == "message":
            self.messages.put_nowait(order["text"])
        elif order["type"] == "decision":
            answer = self._answers.pop(order["key"], None)
            if answer and not answer.done():
                answer.set_result(order)

    async def _now(self, state: str) -> None:
        async with self._changed:
            self.state = state
            self._changed.notify_all()

    async def _ask(self, operation: str, payload: Mapping[str, Any]) -> Any:
        try:
            return await self._hub.call(operation, {"run": self.run["id"], "token": self.token, **payload})
        except Problem as problem:
            if problem.code != "LEASE_LOST":
                raise
            self._lost = LeaseLost(problem.detail)
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(self._lost)
            async with self._changed:
                self._changed.notify_all()
            raise self._lost from problem
