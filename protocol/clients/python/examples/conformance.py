"""Does what `roost conformance-server` asks of a client.

    roost conformance-server -- python3 examples/conformance.py
"""
import asyncio
import sys
from typing import Any

import roost


async def follow(hub: roost.Client) -> dict[str, Any]:
    gaps = 0
    async with hub.mirror("project:demo", kinds={"card"}) as board:
        async for change in board:
            gaps += isinstance(change, roost.Gap)
            if any(card["title"] == "the end" for card in board.store.of("card").values()):
                break
        cards = {id: card["title"] for id, card in board.store.of("card").items()}
        return {"gaps": gaps, "cards": cards, "position": str(board.store.position)}


async def main(url: str) -> None:
    async with roost.Client(url, ping_seconds=0.5) as hub:
        try:
            created, seen = await asyncio.gather(
                hub.call("cards.create", project="demo", title="once"), follow(hub))
            await hub.call("conformance.report", seen, created=created["id"])
        except roost.Closed:
            pass        # Turned away for good: that is all there is to do.


asyncio.run(main(sys.argv[1]))
