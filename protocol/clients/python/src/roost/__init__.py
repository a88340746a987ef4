"""A client for a Roost hub: one WebSocket for operations and live channels.

    async with roost.Client("http://127.0.0.1:37100", token="rst_…") as hub:
        projects = await hub.call("projects.list")
        async with hub.mirror(f"project:{projects[0]['id']}") as board:
            async for change in board:
                print(change, len(board.store.of("card")))

The protocol is in `protocol/protocol.md`. Reading order: changes.py (what a subscriber is told), store.py (a copy of
what the hub knows), subscription.py (one channel over many connections), client.py (the connection itself), bot.py (runs that a bot
does).
"""
from .bot import LeaseLost, Work, claims
from .changes import Change, Event, Gap, Joined, Passing, Snapshot
from .client import Client, Mirror
from .errors import Closed, ConnectionLost, Problem, RoostError
from .position import Position
from .store import Store
from .subscription import Subscription

__all__ = [
    "Change", "Client", "Closed", "ConnectionLost", "Event", "Gap", "Joined", "LeaseLost", "Mirror", "Passing",
    "Position", "Problem", "RoostError", "Snapshot", "Store", "Subscription", "Work", "claims",
]
