"""A bot that answers the questions of agents by rule.

    python answer_approvals.py http://127.0.0.1:37100 PROJECT --approve '^(ls|git (status|diff))' --deny 'rm -rf'

What no rule is about is left for people. The first answer wins, so a bot that is late is told so and goes on.
"""
import argparse
import asyncio
import json
import os
import re
from collections.abc import Mapping
from typing import Any

import roost


def decide(question: Mapping[str, Any], approve: re.Pattern[str] | None, deny: re.Pattern[str] | None) -> str | None:
    """`approve`, `deny`, or None: by the whole of what is asked, as JSON."""
    text = json.dumps(question, ensure_ascii=False)
    if deny and deny.search(text):
        return "deny"
    return "approve" if approve and approve.search(text) else None


async def run(url: str, project: str, approve: re.Pattern[str] | None, deny: re.Pattern[str] | None) -> None:
    async with roost.Client(url, token=os.environ.get("ROOST_TOKEN")) as hub:
        project = (await hub.call("projects.get", project=project))["id"]
        # The snapshot has the questions that wait already.
        async with hub.mirror(f"project:{project}", kinds={"approval"}, filter={"topics": ["approval"]}) as questions:
            tried: set[str] = set()
            async for _ in questions:
                for question in list(questions.store.of("approval").values()):
                    if question["status"] != "pending" or question["id"] in tried:
                        continue
                    tried.add(question["id"])
                    decision = decide(question, approve, deny)
                    if decision:
                        await answer(hub, question["id"], decision)


async def answer(hub: roost.Client, question: str, decision: str) -> None:
    try:
        await hub.call("approvals.answer", approval=question, decision=decision)
        print(f"{question}: {decision}", flush=True)
    except roost.Problem as problem:
        print(f"{question}: {problem.code}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("project")
    parser.add_argument("--approve", type=re.compile)
    parser.add_argument("--deny", type=re.compile)
    given = parser.parse_args()
    asyncio.run(run(given.url, given.project, given.approve, given.deny))


if __name__ == "__main__":
    main()
