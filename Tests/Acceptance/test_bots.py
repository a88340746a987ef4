"""Runs that bots do: claimed under a lease with a fencing token, reported once, ended by whoever may."""
import asyncio
import threading

import pytest
import roost

from problem import Problem
from test_python_client import example
from waiting import patience_seconds, until


def bot_run(hub, project, prompt="Do it", **options):
    return hub.post(
        f"/api/projects/{project['id']}/runs", provider="bot", prompt=prompt, start=True, options=options)


def claim(hub, project, bot="worker", waitMs=20_000, **input):
    return hub.post(f"/api/projects/{project['id']}/bots/claim", bot=bot, waitMs=waitMs, **input)


class Held:
    """A bot's side of a run, by hand."""

    def __init__(self, hub, assignment):
        self.hub, self.assignment = hub, assignment
        self.run, self.token = assignment["run"], assignment["lease"]["token"]

    def report(self, *items, **members):
        return self.hub.post(f"/api/runs/{self.run['id']}/bot/report", token=self.token, items=list(items), **members)

    def say(self, text, **members):
        return self.report({"type": "entry", "entry": {"kind": "assistant_message", "text": text}}, **members)

    def heartbeat(self, **members):
        return self.hub.post(f"/api/runs/{self.run['id']}/bot/heartbeat", token=self.token, **members)

    def finish(self, **members):
        return self.report({"type": "finish", "status": "completed", **members})


def held(hub, project, **input):
    return Held(hub, claim(hub, project, **input))


def refused(call, code="LEASE_LOST", status=409):
    with pytest.raises(Problem) as error:
        call()
    assert (error.value.code, error.value.document["status"]) == (code, status)
    return error.value.document


def words(hub, run):
    return [entry["content"]["text"] for entry in hub.list(f"/api/runs/{run['id']}/entries")
            if entry["content"]["kind"] == "assistant_message"]


def test_a_bot_claims_a_run_reports_asks_and_finishes(hub):
    project, repository = hub.project()
    run = bot_run(hub, project, "Count")
    assert until(lambda: (hub.run(run).get("queue") or {}).get("heldBy") == "bot", "it waits for a bot")
    bot = held(hub, project)
    assert (bot.run["id"], bot.token, bot.assignment["prompt"]) == (run["id"], 1, "Count")
    assert hub.get(f"/api/runs/{run['id']}/processes")[0]["bot"] == "worker"
    with open(f"{bot.assignment['workingDirectory']}/made.txt", "w") as file:
        file.write("by a bot\n")
    tool = {"name": "Bash", "action": "command_run", "status": "running", "title": "ls"}
    bot.report(
        {"type": "session", "id": "s-1"}, {"type": "delta", "text": "hal"},
        {"type": "entry", "entry": {"kind": "assistant_message", "text": "half"}},
        {"type": "entry", "key": "t1", "entry": {"kind": "tool_use", "tool": tool}},
        {"type": "usage", "usage": {"inputTokens": 10, "outputTokens": 2, "costUsd": 0.5}})
    bot.report({"type": "ask", "key": "q1", "kind": "command", "title": "ls", "tool": "Bash", "input": {"command": "ls"}})
    hub.wait_for_run(run, "waiting")
    hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
    orders = bot.heartbeat(waitMs=10_000)
    assert [(order["type"], order["key"], order["decision"]) for order in orders["messages"]] == [
        ("decision", "q1", "approve")]
    assert bot.heartbeat(after=orders["next"])["messages"] == []
    bot.report({"type": "entry", "key": "t1", "entry": {"kind": "tool_use", "tool": tool | {"status": "success"}}})
    bot.finish(summary="counted")
    done = hub.wait_for_run(run, "completed")
    assert (done["summary"], done["sessionId"], done["usage"]["inputTokens"]) == ("counted", "s-1", 10)
    assert done["diff"]["filesChanged"] == 1, "what it wrote is on the run's branch"
    tools = [entry["content"]["tool"] for entry in hub.list(f"/api/runs/{run['id']}/entries")
             if entry["content"]["kind"] == "tool_use"]
    assert [tool["status"] for tool in tools] == ["success"]
    assert refused(bot.heartbeat)["currentStatus"] == "completed"


def test_reports_that_come_twice_are_told_once(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    bot = held(hub, project)
    assert bot.say("one", **{"from": 0})["received"] == 1
    assert bot.say("one", **{"from": 0})["received"] == 1
    assert bot.say("two", **{"from": 1})["received"] == 2
    refused(lambda: bot.say("four", **{"from": 3}), "VALIDATION_FAILED", 422)
    keyed = {"type": "entry", "key": "k", "entry": {"kind": "assistant_message", "text": "three"}}
    bot.report(keyed)
    bot.report(keyed)
    bot.report(keyed | {"entry": {"kind": "assistant_message", "text": "three, changed"}})
    assert words(hub, run) == ["one", "two", "three, changed"]


def test_of_two_bots_that_race_each_run_has_one(hub):
    project, _ = hub.project()
    results, bots = [], [threading.Thread(target=lambda: results.append(claim(hub, project, waitMs=3_000)))
                         for _ in range(4)]
    for bot in bots:
        bot.start()
    runs = [bot_run(hub, project, f"Run {number}") for number in range(2)]
    for bot in bots:
        bot.join(patience_seconds)
    got = [result["run"]["id"] for result in results if result]
    assert sorted(got) == sorted(run["id"] for run in runs), "each once; the other two bots got nothing"
    assert len(results) == 4


def test_a_run_is_for_bots_of_the_name_that_it_wants(hub):
    project, _ = hub.project()
    run = bot_run(hub, project, bot="painter")
    assert claim(hub, project, "plumber", 300) is None
    assert claim(hub, project, "painter")["run"]["id"] == run["id"]


def test_a_bot_that_dies_loses_its_run_to_the_next_and_its_token_is_refused(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    first = held(hub, project, leaseMs=1_000)
    first.say("begun")
    # It says nothing more. The run waits a moment, and goes to whoever comes then.
    waiting = hub.wait_for_run(run, "waiting")
    assert waiting["waitingFor"] == "retry" and "worker" in waiting["failure"]["message"]
    refused(lambda: first.say("late"))
    hub.post(f"/api/runs/{run['id']}/resume")
    second = held(hub, project, bot="other")
    assert (second.run["id"], second.token) == (run["id"], 2)
    document = refused(lambda: first.say("later still"))
    assert document["currentToken"] == 2 and "other" in document["detail"]
    second.say("done again")
    second.finish()
    hub.wait_for_run(run, "completed")
    assert words(hub, run) == ["begun", "done again"]


def test_a_run_may_rather_be_interrupted_than_done_again(hub):
    project, _ = hub.project()
    run = bot_run(hub, project, onLeaseLost="interrupt")
    held(hub, project, leaseMs=1_000)
    lost = hub.wait_for_run(run, "interrupted")
    assert "leaseMs" in lost["interruptedReason"]


def test_heartbeats_keep_it_and_a_hub_that_is_killed_costs_the_bot_nothing(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    bot = held(hub, project, leaseMs=2_000)
    for number in range(4):
        bot.say(f"{number}", **{"from": number})
        bot.heartbeat(waitMs=1_000)
        hub.restart()
        assert bot.heartbeat()["state"] == "work"
    bot.finish()
    hub.wait_for_run(run, "completed")
    assert words(hub, run) == ["0", "1", "2", "3"]


def test_pause_messages_stop_and_cancel_reach_the_bot(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    bot = held(hub, project)
    later = threading.Timer(0.3, lambda: hub.post(f"/api/runs/{run['id']}/messages", text="Hurry"))
    later.start()
    orders = bot.heartbeat(waitMs=15_000)
    assert [order.get("text") for order in orders["messages"]] == ["Hurry"]
    hub.post(f"/api/runs/{run['id']}/pause")
    assert bot.heartbeat(waitMs=15_000, after=orders["next"])["state"] == "pause"
    hub.post(f"/api/runs/{run['id']}/resume")
    assert bot.heartbeat(waitMs=15_000, after=orders["next"], state="pause")["state"] == "work"
    hub.post(f"/api/runs/{run['id']}/stop")
    orders = bot.heartbeat(waitMs=15_000, after=orders["next"])
    assert orders["state"] == "stop" and orders["messages"][0]["type"] == "interrupt"
    bot.report({"type": "finish", "status": "interrupted"})
    assert hub.run(run)["status"] == "paused"
    # A message goes on with it, in the same worktree.
    until(lambda: hub.get(f"/api/runs/{run['id']}/processes")[0].get("endedAt"), "the bot is done with it")
    hub.post(f"/api/runs/{run['id']}/messages", text="Go on")
    again = held(hub, project)
    assert again.assignment["prompt"] == "Go on"
    hub.post(f"/api/runs/{run['id']}/cancel")
    assert again.heartbeat(waitMs=15_000)["state"] == "stop"
    until(lambda: refuses(again), "its moment is over")
    assert hub.run(run)["status"] == "cancelled"


def refuses(bot):
    try:
        bot.heartbeat()
    except Problem as problem:
        return problem.code == "LEASE_LOST"
    return False


def test_what_was_said_and_not_heard_opens_the_next_turn(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    bot = held(hub, project)
    hub.post(f"/api/runs/{run['id']}/messages", text="One more thing")
    bot.finish()
    assert held(hub, project).assignment["prompt"] == "One more thing"


def test_a_bot_gives_a_run_back(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)
    bot = held(hub, project)
    response = hub.answer("POST", f"/api/runs/{run['id']}/bot/release", {"token": bot.token, "reason": "too hard"})
    assert response.status_code == 204
    assert "too hard" in hub.wait_for_run(run, "waiting")["failure"]["message"]


def test_claims_come_over_the_socket_too_and_a_sandbox_is_refused(hub):
    project, _ = hub.project()
    bot_run(hub, project, "Over the socket")
    live = hub.live()
    assert live.call("bots.claim", project=project["id"], bot="b", waitMs=10_000)["prompt"] == "Over the socket"
    with pytest.raises(Problem) as error:
        hub.post(f"/api/projects/{project['id']}/runs", provider="bot", prompt="p", isolation={"kind": "sandbox"})
    assert error.value.code in ("VALIDATION_FAILED", "DENIED_BY_POLICY")


def test_the_example_does_a_run_and_is_told_of_a_stop(hub):
    project, repository = hub.project(files={"a.txt": "1\n2\n", "b.txt": "1\n"})
    with example("count_lines", hub.url, project["slug"]) as bot:
        assert bot.stdout.readline().endswith("waits for runs\n")
        run = bot_run(hub, project, "Count them")
        assert bot.stdout.readline().endswith("Count them\n")
        hub.wait_for_run(run, "waiting")
        hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
        done = hub.wait_for_run(run, "completed")
        assert done["diff"]["filesChanged"] == 1
        second = bot_run(hub, project, "Again")
        hub.wait_for_run(second, "waiting")
        hub.post(f"/api/runs/{second['id']}/cancel")
        third = bot_run(hub, project, "And again")
        hub.wait_for_run(third, "waiting")
        assert bot.poll() is None, "the bot goes on after a run that was taken from it"


def test_the_client_tells_once_through_a_hub_that_is_killed(hub):
    project, _ = hub.project()
    run = bot_run(hub, project)

    async def work():
        async with roost.Client(hub.url, ping_seconds=0.5, call_timeout_seconds=patience_seconds) as client:
            async for work in roost.claims(client, project["id"], "worker", lease_ms=5_000):
                async with work:
                    for number in range(12):
                        if number % 4 == 2:
                            await asyncio.to_thread(hub.restart)
                        await work.say(str(number))
                    await work.complete("told")
                return

    asyncio.run(asyncio.wait_for(work(), 3 * patience_seconds))
    assert hub.wait_for_run(run, "completed")["summary"] == "told"
    assert words(hub, run) == [str(number) for number in range(12)]
