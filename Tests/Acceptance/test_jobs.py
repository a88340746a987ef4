"""The hub's long tasks, told while they go on; and the one of them that copies all it has."""
import json
import subprocess

import pytest

from hub import binary
from problem import Problem
from waiting import patience_seconds, until


def events(hub, path, **headers):
    """A stream to its end: [(event, id, data)]."""
    found, event = [], {}
    with hub.http.stream("GET", path, headers=headers, timeout=patience_seconds) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if not line and event:
                found.append((event["event"], event.get("id"), json.loads(event["data"])))
                event = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value
    return found


def backed_up(hub):
    job = hub.post("/api/backups")
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] in ("done", "error"), "the job is over")
    return hub.get(f"/api/jobs/{job['id']}")


def roost(hub, *arguments):
    done = subprocess.run([str(binary), *map(str, arguments)], env=hub.environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=patience_seconds)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attached(hub, project, content):
    card = hub.card(project, "Card")
    response = hub.http.post(f"/api/cards/{card['id']}/attachments?filename=a.txt", content=content)
    assert response.status_code == 201
    return card, response.json()["data"]


def test_a_job_is_streamed_to_its_end_and_can_be_read_again(hub):
    job = hub.post("/api/backups")
    assert (job["kind"], job["status"]) == ("backup", "queued")
    told = events(hub, f"/api/jobs/{job['id']}/stream")
    assert [name for name, _, _ in told][-2:] == ["job.done", "done"]
    assert told[-2][2]["result"]["backup"] == hub.get("/api/backups")[0]["name"]
    lines = [(int(place), data["text"]) for name, place, data in told if name == "job.log"]
    assert lines == [(line["index"], line["text"]) for line in hub.get(f"/api/jobs/{job['id']}/log")]
    assert len(lines) > 2
    again = events(hub, f"/api/jobs/{job['id']}/stream", **{"Last-Event-ID": "1"})
    assert [int(place) for name, place, _ in again if name == "job.log"] == [place for place, _ in lines[2:]]
    assert again[-1][0] == "done"
    first = hub.http.get(f"/api/jobs/{job['id']}/log?limit=1").json()
    assert first["meta"]["nextCursor"] == "0"
    with pytest.raises(Problem) as error:
        hub.post(f"/api/jobs/{job['id']}/cancel")
    assert (error.value.code, error.value.document["currentStatus"]) == ("ILLEGAL_TRANSITION", "done")
    with pytest.raises(Problem) as error:
        hub.get("/api/jobs/job_01JD6Z5Z0A0000000000000000/stream")
    assert error.value.code == "JOB_NOT_FOUND"


def test_a_job_has_a_channel(hub):
    live = hub.live()
    first, second = hub.post("/api/backups"), hub.post("/api/backups")
    copy = live.follow(f"job:{first['id']}", after=(hub.live().follow("hub").epoch, 0))
    live.wait(lambda: copy.events_of("job.done"), "the job is done")
    assert copy.joins[0]["recovered"] and not copy.faults
    assert {event["data"]["id"] for event in copy.events} == {first["id"]}
    assert [event["type"] for event in copy.events][0] == "job.created"
    until(lambda: hub.get(f"/api/jobs/{second['id']}")["status"] == "done", "the second is done")
    late = live.follow(f"job:{second['id']}")
    assert late.things[second["id"]]["status"] == "done"


def test_a_backup_over_rest_brings_back_rows_and_files(hub):
    project, _ = hub.project("kept")
    card, attachment = attached(hub, project, b"the file")
    job = backed_up(hub)
    assert job["status"] == "done", job
    hub.delete(f"/api/attachments/{attachment['id']}")
    hub.card(project, "After it")
    position = hub.position(project["id"])
    hub.stop()
    folder = hub.folder / "data" / "backups" / job["result"]["backup"]
    assert "before" in roost(hub, "restore", folder, "--data", hub.folder / "data")
    hub.start()
    assert [card["title"] for card in hub.get(f"/api/projects/{project['id']}/cards")] == ["Card"]
    assert hub.http.get(f"/api/attachments/{attachment['id']}").content == b"the file"
    assert hub.position(project["id"])[0] != position[0]
    hub.delete(f"/api/backups/{job['result']['backup']}")
    assert hub.get("/api/backups") == []


def test_the_command_line_backs_up_what_a_hub_at_work_has(hub):
    project, _ = hub.project("copied")
    _, attachment = attached(hub, project, b"the file")
    copy = hub.folder / "copy"
    assert "1 attachments" in roost(hub, "backup", copy, "--data", hub.folder / "data")
    assert (copy / "attachments" / attachment["hash"].removeprefix("sha256:")).read_bytes() == b"the file"
    assert json.loads((copy / "manifest.json").read_text())["attachments"] == 1


def test_what_a_killed_hub_left_unfinished_is_no_backup_and_no_running_job(hub):
    project, _ = hub.project("killed")
    for number in range(3):
        attached(hub, project, b"x" * 100_000)
    for _ in range(3):
        job = hub.post("/api/backups")
        hub.kill()
        names = [path.name for path in (hub.folder / "data" / "backups").glob("*")]
        whole = [name for name in names if not name.startswith(".")]
        for name in whole:
            assert (hub.folder / "data" / "backups" / name / "manifest.json").exists()
        hub.start()
        assert sorted(item["name"] for item in hub.get("/api/backups")) == sorted(whole)
        now = hub.get(f"/api/jobs/{job['id']}")
        assert now["status"] == "done" or now["error"]["reason"] == "interrupted"
        assert not list((hub.folder / "data" / "backups").glob(".*"))
    assert backed_up(hub)["status"] == "done"
