"""A board in the terminal, drawn anew whenever something on it changes.

    python mirror_board.py http://127.0.0.1:37100 PROJECT
"""
import asyncio
import os
import sys

import roost

shown = {"board", "column", "card"}


def draw(store: roost.Store) -> str:
    lines = []
    for board in store.of("board").values():
        lines.append(f"# {board['name']}")
        columns = [column for column in store.of("column").values() if column["boardId"] == board["id"]]
        for column in sorted(columns, key=lambda column: column["position"]):
            cards = [card for card in store.of("card").values() if card["columnId"] == column["id"]]
            lines.append(f"{column['name']} ({len(cards)})")
            lines += [f"  - {card['title']}" for card in sorted(cards, key=lambda card: card["position"])]
    return "\n".join(lines)


async def run(url: str, project: str) -> None:
    async with roost.Client(url, token=os.environ.get("ROOST_TOKEN")) as hub:
        project = (await hub.call("projects.get", project=project))["id"]
        async with hub.mirror(f"project:{project}", kinds=shown, filter={"topics": sorted(shown)}) as board:
            before = None
            async for _ in board:
                text = draw(board.store)
                if text != before:
                    # On a terminal the old picture makes room; in a file they follow each other.
                    print("\x1b[2J\x1b[H" if sys.stdout.isatty() else "", text, "\n", sep="", flush=True)
                before = text


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(run(*sys.argv[1:]))
