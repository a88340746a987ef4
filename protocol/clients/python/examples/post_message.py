"""A bot that writes to runs: says each line that it reads to a run, and waits until the run has ended.

    echo "Now add a test." | python post_message.py http://127.0.0.1:37100 RUN
"""
import asyncio
import os
import sys

import roost

ended = {"completed", "failed", "cancelled", "interrupted"}


async def run(url: str, run: str, lines: list[str]) -> str:
    async with roost.Client(url, token=os.environ.get("ROOST_TOKEN")) as hub:
        async with hub.mirror(f"run:{run}", kinds={"run"}) as mirror:
            await mirror.until(lambda store: store.of("run")[run]["status"] in ended)
            for line in lines:
                # A key of the line's own: however often it is sent, the agent reads it once.
                answer = await hub.request("runs.message", {"run": run, "text": line})
                # Its end before this is not the end that is waited for.
                await mirror.until(lambda store: store.position is not None and answer.position is not None
                                   and store.position.seq >= answer.position.seq)
                await mirror.until(lambda store: store.of("run")[run]["status"] in ended)
            return str(mirror.store.of("run")[run]["status"])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    said = [line.strip() for line in sys.stdin if line.strip()]
    print(asyncio.run(run(sys.argv[1], sys.argv[2], said)))
