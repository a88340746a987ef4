"""A project's scripts: before and behind an agent, and when somebody asks; what they say while they say it."""
import socket

import pytest

from problem import Problem
from waiting import until

SERVER = (
    "import socket, sys, time\n"
    "listener = socket.create_server(('127.0.0.1', 0))\n"
    "print('listening on', listener.getsockname()[1], flush=True)\n"
    "listener.accept(); print('somebody came', flush=True); time.sleep(1000)\n")


def said(hub, process, offset=0, stream="stdout"):
    """(text, where to go on) of what is there, or comes within some seconds."""
    answer = hub.http.get(
        f"/api/processes/{process['id']}/output", params={"offset": offset, "stream": stream, "waitMs": 10_000})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["text"], answer.json()["data"]["nextOffset"]


def command(hub, project, *argv):
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": argv}, start=True)
    return hub.wait_for_run(run, "completed", "failed")


def test_a_dev_server_is_seen_live_lives_through_the_hub_and_ends_when_told(hub):
    project, _ = hub.project()
    scripts = {"setup": {"argv": ["sh"], "text": "touch set-up"}, "dev": {"argv": ["python3", "-u"], "text": SERVER}}
    changed = hub.patch(f"/api/projects/{project['id']}", scripts=scripts)
    assert changed["scripts"] == scripts
    run = command(hub, project, "test", "-e", "set-up")
    assert run["status"] == "completed"
    dev = hub.post(f"/api/runs/{run['id']}/scripts", script="dev")
    text, offset = said(hub, dev)
    port = int(text.split()[-1])
    until(lambda: hub.get(f"/api/processes/{dev['id']}").get("ports") == [port], "its port is found")
    hub.kill()
    hub.start()
    socket.create_connection(("127.0.0.1", port), timeout=10).close()
    assert said(hub, dev, offset)[0] == "somebody came\n"
    with pytest.raises(Problem) as again:
        hub.post(f"/api/runs/{run['id']}/scripts", script="dev")
    assert again.value.code == "ALREADY_EXISTS"
    hub.post(f"/api/processes/{dev['id']}/stop")
    until(lambda: hub.get(f"/api/processes/{dev['id']}")["status"] == "killed", "it has ended")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=10)


def test_a_setup_that_fails_says_so(hub):
    project, _ = hub.project()
    hub.patch(f"/api/projects/{project['id']}", scripts={"setup": {"argv": ["sh", "-c", "echo no network >&2; exit 9"]}})
    run = command(hub, project, "true")
    assert run["failure"] == {"class": "user", "message": "the setup script failed: exit code 9\nno network"}
    hub.patch(f"/api/projects/{project['id']}", scripts={"setup": {"argv": []}})
    assert "scripts" not in hub.get(f"/api/projects/{project['id']}")
    assert command(hub, project, "true")["status"] == "completed"
    with pytest.raises(Problem) as none:
        hub.post(f"/api/runs/{run['id']}/scripts", script="verify")
    assert none.value.code == "SCRIPT_NOT_FOUND"


def test_a_script_is_told_and_its_output_shown_to_who_names_it(hub):
    project, _ = hub.project()
    run = command(hub, project, "touch", "kept")
    text = "echo one; echo two >&2; sleep 1; echo zwölf"
    hub.patch(f"/api/projects/{project['id']}", scripts={"verify": {"argv": ["sh", "-c", text]}})
    looking, others = hub.live(), hub.live()
    copy = looking.follow(f"run:{run['id']}", filter={"types": [
        "chunk", "script.started", "script.finished", "process.completed"]})
    other = others.follow(f"run:{run['id']}")
    script = hub.post(f"/api/runs/{run['id']}/scripts", script="verify")
    looking.wait(lambda: copy.events_of("script.finished"), "it has ended")
    started, ended = copy.events_of("script.started")[0], copy.events_of("script.finished")[0]
    assert started["data"]["id"] == ended["data"]["id"] == script["id"]
    assert started["data"]["status"] == "running" and ended["data"]["status"] == "completed"

    def shown(stream):
        chunks = [frame["data"] for frame in copy.chunks if frame["data"]["stream"] == stream]
        assert all(chunk["processId"] == script["id"] for chunk in chunks)
        printed = b""
        for chunk in chunks:
            assert chunk["offset"] == len(printed), "no hole"
            printed += chunk["text"].encode()
        return printed.decode()
    looking.wait(lambda: shown("stdout") == "one\nzwölf\n" and shown("stderr") == "two\n", "what it said is shown")
    others.wait(lambda: other.events_of("script.finished"), "the other has seen it too")
    assert other.chunks == [], "nobody gets raw output who has not named it"


def test_an_agents_output_is_shown_to_who_names_it(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}", filter={"types": ["chunk", "run.completed"]})
    run = command(hub, project, "sh", "-c", "for i in 1 2 3; do echo line $i; sleep .1; done")
    live.wait(lambda: "".join(frame["data"]["text"] for frame in copy.chunks) == "line 1\nline 2\nline 3\n", "all of it")
    assert {frame["data"]["runId"] for frame in copy.chunks} == {run["id"]}


def test_scripts_under_names_of_their_own(hub):
    project, _ = hub.project()
    path = f"/api/projects/{project['id']}"
    lint, build = {"name": "Lint", "argv": ["sh", "-c", "echo $ROOST_SCRIPT"]}, {"name": "build", "argv": ["sleep", "60"]}
    verify = {"argv": ["true"]}
    hub.patch(path, scripts={"verify": verify, "own": [lint, build]})
    assert hub.get(path)["scripts"] == {"verify": verify, "own": [lint, build]}
    assert hub.patch(path, scripts={"own": [build, lint]})["scripts"] == {"verify": verify, "own": [build, lint]}
    run = command(hub, project, "touch", "kept")
    scripts = f"/api/runs/{run['id']}/scripts"
    linted, built = hub.post(scripts, script="Lint"), hub.post(scripts, script="build")
    assert (linted["reason"], linted["script"], built["script"]) == ("script", "Lint", "build")
    assert said(hub, linted)[0] == "Lint\n"
    until(lambda: hub.get(f"/api/processes/{built['id']}")["status"] == "running", "both run beside one another")
    with pytest.raises(Problem) as again:
        hub.post(scripts, script="build")
    assert (again.value.code, again.value.document["processId"]) == ("ALREADY_EXISTS", built["id"])
    hub.restart()
    until(lambda: {row.get("script"): row["status"] for row in hub.get(f"/api/runs/{run['id']}/processes")} ==
          {None: "completed", "Lint": "completed", "build": "running"}, "their states are told, by the next hub too")
    hub.post(f"/api/processes/{built['id']}/stop")
    until(lambda: hub.get(f"/api/processes/{built['id']}")["status"] == "killed", "it has ended")
    for wrong in ([lint, lint], [lint | {"name": "dev"}], [lint | {"argv": []}], [{"argv": ["true"]}], [lint | {"name": "/x"}]):
        with pytest.raises(Problem) as refused:
            hub.patch(path, scripts={"own": wrong})
        assert refused.value.code == "VALIDATION_FAILED", wrong
    assert hub.patch(path, scripts={"own": []})["scripts"] == {"verify": verify}
    with pytest.raises(Problem) as none:
        hub.post(scripts, script="Lint")
    assert none.value.code == "SCRIPT_NOT_FOUND"
