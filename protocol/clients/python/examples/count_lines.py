"""A bot that does runs: it counts the lines of each file of a project, and writes them down where it may.

    python count_lines.py http://127.0.0.1:37100 PROJECT --name counter

Give it work: a run whose provider is `bot` (and whose `options.bot` is `counter`, or nothing). It works in the run's
worktree, so it runs on the hub's machine.
"""
import argparse
import asyncio
import os
import pathlib

import roost


async def count(work: roost.Work) -> None:
    folder = pathlib.Path(work.directory or ".")
    lines = []
    for path in sorted(folder.rglob("*")):
        await work.working()    # stands still while the run is paused, and ends when it is stopped
        if path.is_file() and ".git" not in path.relative_to(folder).parts and path.name != "LINES.txt":
            number = len(path.read_bytes().splitlines())
            lines.append(f"{number}\t{path.relative_to(folder)}")
            await work.say("\n".join(lines), key="counts")
    decision = await work.ask("Write LINES.txt?", tool="Write", input={"file_path": "LINES.txt"})
    if decision["decision"] == "approve":
        (folder / "LINES.txt").write_text("\n".join(lines) + "\n")
    await work.complete(f"{len(lines)} files")


async def run(url: str, project: str, name: str) -> None:
    async with roost.Client(url, token=os.environ.get("ROOST_TOKEN")) as hub:
        print(f"{name} waits for runs", flush=True)
        async for work in roost.claims(hub, project, name):
            print(f"{work.run['id']}: {work.prompt}", flush=True)
            async with work:
                try:
                    await count(work)
                except OSError as error:
                    await work.fail(str(error))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("project")
    parser.add_argument("--name", default="counter")
    given = parser.parse_args()
    asyncio.run(run(given.url, given.project, given.name))


if __name__ == "__main__":
    main()
