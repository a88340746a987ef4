"""Pausing, queueing, budgets and one-shot runs, over REST and over the hub's death."""
import concurrent.futures

import httpx
import pytest

from httpx_sse import connect_sse

import processes
from hub import running
from problem import Problem
from waiting import patience_seconds, until

TICKING = ["/bin/sh", "-c", "i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i; sleep 0.02; done"]


def state(pid):
    """The letter that /proc has for it: T is stopped."""
    return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0]


def start(hub, project, argv, **members):
    return hub.post("/api/runs", project=project["id"], provider="command", start=True, options={"argv": argv}, **members)


def said(hub, run):
    return [entry["content"]["text"] for entry in hub.list(f"/api/runs/{run['id']}/entries")]


def test_a_paused_run_stands_still_over_kills(hub):
    project, _ = hub.project()
    run = start(hub, project, TICKING)
    until(lambda: len(said(hub, run)) > 3, "it ticks")
    paused = hub.post(f"/api/runs/{run['id']}/pause")
    assert (paused["status"], paused["pause"]) == ("paused", {"agent": "frozen", "reason": "user"})
    pid = hub.get(f"/api/runs/{run['id']}/processes")[0]["pid"]
    until(lambda: state(pid) == "T", "it stands still")
    hub.restart()
    assert hub.run(run)["status"] == "paused" and state(pid) == "T"
    with pytest.raises(Problem) as error:
        hub.post(f"/api/runs/{run['id']}/pause")
    assert (error.value.code, error.value.document["currentStatus"]) == ("ILLEGAL_TRANSITION", "paused")
    assert hub.post(f"/api/runs/{run['id']}/resume")["status"] == "running"
    # The resume that is acknowledged holds, whatever happens to the hub.
    hub.restart()
    hub.wait_for_run(run, "completed")
    assert said(hub, run) == [str(number) for number in range(1, 61)]


def test_a_queue_says_where_its_runs_stand(tmp_path):
    with running(tmp_path / "hub", agents={"command": {"maxConcurrentRuns": 1}}) as hub:
        project, _ = hub.project()
        first = start(hub, project, ["sleep", "60"])
        hub.wait_for_run(first, "running")
        waiting = [start(hub, project, ["true"], priority=priority) for priority in (0, 0, 7)]
        places = [{"position": position, "heldBy": "provider"} for position in (2, 3, 1)]
        until(lambda: [hub.run(run).get("queue") for run in waiting] == places, "places are told")
        hub.restart()
        assert [hub.run(run).get("queue") for run in waiting] == places
        hub.post(f"/api/runs/{first['id']}/cancel")
        for run in waiting:
            hub.wait_for_run(run, "completed")
            assert "queue" not in hub.run(run)


def test_a_budget_pauses(hub):
    project, _ = hub.project()
    hub.patch(f"/api/projects/{project['id']}", budget={"outputBytes": 10})
    run = start(hub, project, TICKING)
    paused = hub.wait_for_run(run, "paused")
    assert paused["pause"]["reason"] == "budget" and "outputBytes" in paused["pause"]["detail"]
    with pytest.raises(Problem) as error:
        hub.post(f"/api/runs/{run['id']}/resume")
    document = error.value.document
    assert (document["code"], document["owner"], document["limit"]) == ("BUDGET_EXCEEDED", "project", "outputBytes")
    spending = hub.get(f"/api/projects/{project['id']}/spending")
    assert spending["budget"] == {"outputBytes": 10} and spending["spent"]["outputBytes"] >= 10
    assert "tokens" not in spending["spent"], "what no agent tells is unknown, not 0"
    assert hub.get(f"/api/runs/{run['id']}/spending")["spent"]["outputBytes"] >= 10
    hub.patch(f"/api/projects/{project['id']}", budget={})
    hub.post(f"/api/runs/{run['id']}/resume")
    hub.wait_for_run(run, "completed")


def test_one_shot(hub):
    project, _ = hub.project()
    asked = hub.post("/api/agent", project=project["slug"], provider="demo",
                     prompt="Write a note\ndemo: approval=no pace=0 paragraphs=1")
    assert asked["run"]["status"] == "completed" and asked["answer"]
    gone = hub.post("/api/agent", project=project["slug"], provider="command", prompt="x", waitMs=0,
                    options={"argv": ["sleep", "60"]})
    assert gone["run"]["status"] in ("queued", "running")
    hub.post(f"/api/runs/{gone['run']['id']}/cancel")
    until(lambda: not hub.children(), "nobody is left")


def test_who_waited_when_the_hub_died_waits_on_for_the_same_run(hub, tmp_path):
    project, _ = hub.project("waited-for")
    gate = tmp_path / "gate"
    input = {"project": project["slug"], "provider": "command", "prompt": "x", "stream": False,
             "options": {"argv": ["sh", "-c", f"while [ ! -e {gate} ]; do sleep .05; done; echo done"]}}
    def ask():
        return hub.http.post("/api/agent", json=input, headers={"Idempotency-Key": "waited-for"})

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        until(lambda: [run for run in hub.list(f"/api/projects/{project['slug']}/runs") if run["status"] == "running"],
              "the run is at work")
        hub.restart()
        assert isinstance(first.exception(patience_seconds), httpx.TransportError)
        again = pool.submit(ask)
        until(lambda: hub.list(f"/api/projects/{project['slug']}/runs")[0]["status"] == "running", "it goes on")
        gate.touch()
        answer = again.result(patience_seconds)
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (201, "true")
    run = answer.json()["data"]["run"]
    assert run["status"] == "completed"
    assert [run["id"]] == [run["id"] for run in hub.list(f"/api/projects/{project['slug']}/runs")]
    input["stream"] = True      # another request with the key
    assert ask().status_code == 422


def stream(hub, **input):
    """The events of a one-shot run, as its stream tells them."""
    with connect_sse(hub.http, "POST", "/api/agent", json=input) as source:
        yield from source.iter_sse()


def test_one_shot_is_seen_while_it_is_done(hub):
    project, _ = hub.project("one-shot")
    told = list(stream(hub, project=project["slug"], provider="demo", stream=True,
                       prompt="Write a note\ndemo: approval=no pace=0 paragraphs=1"))
    kinds = [event.event for event in told]
    assert kinds[0] == "run.created" and kinds[-2:] == ["run.completed", "done"]
    assert {"run.started", "entry.added", "command.recorded"} <= set(kinds)
    end = told[-1].json()
    assert end["run"]["status"] == "completed" and end["answer"]
    numbers = [int(event.id.rsplit("-", 1)[1]) for event in told[:-1]]
    assert numbers == sorted(set(numbers))
    commands = [event.json()["data"] for event in told if event.event == "command.recorded"]
    assert all(command["command"] and command["status"] == "success" for command in commands)
    assert {command["entryId"] for command in commands} <= {
        event.json()["data"]["id"] for event in told if event.event == "entry.added"}


def test_who_leaves_a_one_shot_stops_it_only_when_that_was_asked(hub):
    project, _ = hub.project("leaving")
    left = []
    for stops in (False, True):
        for event in stream(hub, project=project["slug"], provider="command", prompt="x", stream=True,
                            stopOnDisconnect=stops, options={"argv": ["sh", "-c", "while :; do echo x; sleep .2; done"]}):
            if event.event == "entry.added" and event.json()["data"]["content"]["kind"] == "output":
                left.append(event.json()["runId"])
                break
    until(lambda: hub.run({"id": left[1]})["status"] == "paused", "the second was stopped")
    assert hub.run({"id": left[0]})["status"] == "running"
    hub.post(f"/api/runs/{left[0]}/cancel")


def test_a_stream_that_is_refused_is_no_stream(hub):
    with pytest.raises(Problem) as unknown:
        hub.post("/api/agent", project="nobody", provider="demo", prompt="x", stream=True)
    assert unknown.value.status == 404
    answer = hub.http.post("/api/agent", json={"project": "nobody", "provider": "demo", "prompt": "x", "stream": True},
                           headers={"Accept": "application/json"})
    assert answer.status_code == 406
