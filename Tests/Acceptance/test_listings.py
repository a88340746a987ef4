"""What whoever looks on asks for: runs of all projects, what became of cards, commands, events about a file, what was said when."""
import pytest

from problem import Problem
from test_access import People
from test_verbs import QUICK, command, demo


def test_runs_of_all_projects_that_one_sees(hub):
    first, second = (hub.project(name)[0] for name in ("first", "second"))
    runs = [command(hub, project, "true") for project in (first, second, first)]
    failed = command(hub, second, "false")
    ids = [run["id"] for run in [failed, *reversed(runs)]]
    assert [run["id"] for run in hub.list("/api/runs", limit=2)] == ids, "the newest first, page by page"
    assert [run["id"] for run in hub.get("/api/runs", status="failed")] == [failed["id"]]
    assert [run["id"] for run in hub.get("/api/runs", project="first")] == [runs[2]["id"], runs[0]["id"]]
    people = People(hub)
    _, _, secret = people.add("ada")
    with people.rest(secret) as ada:
        assert ada.get("/api/runs").json()["data"] == []
        people.join(second, "ada")
        assert [run["id"] for run in ada.get("/api/runs").json()["data"]] == [failed["id"], runs[1]["id"]]
        assert ada.get("/api/runs", params={"project": "first"}).status_code == 404


def test_what_became_of_cards(hub):
    project, _ = hub.project()
    card, idle = hub.card(project, "Worked on", QUICK), hub.card(project, "Idle")
    path = f"/api/cards/{card['id']}"
    failed = hub.wait_for_run(
        hub.post(f"{path}/runs", provider="command", options={"argv": ["false"]}, start=True), "failed")
    now = hub.get(f"{path}/status")
    assert now["lastRunFailed"] and not now["hasActiveRun"]
    run = hub.wait_for_run(hub.post(f"{path}/runs", provider="demo", start=True), "completed")
    hub.post(f"/api/runs/{run['id']}/merge")
    now = hub.get(f"{path}/status")
    done = hub.columns(project)["done"]
    assert {name: now[name] for name in ("id", "title", "columnId", "columnName", "status")} == {
        "id": card["id"], "title": "Worked on", "columnId": done["id"], "columnName": done["name"], "status": "done"}
    assert now["runs"] == [
        {"id": run["id"], "status": "completed", "provider": "demo", "merge": "merged"},
        {"id": failed["id"], "status": "failed", "provider": "command", "merge": "none"}]
    assert (now["hasActiveRun"], now["hasMergedRun"], now["lastRunFailed"]) == (False, True, False)
    waiting = hub.post(f"/api/cards/{idle['id']}/runs", provider="command", options={"argv": ["sleep", "60"]}, start=True)
    hub.wait_for_run(waiting, "running")
    told = {row["id"]: row for row in hub.list(f"/api/projects/{project['id']}/cards/status", limit=1)}
    assert told[card["id"]] == now and told[idle["id"]]["hasActiveRun"] is True
    assert "lastRunFailed" in told[idle["id"]] and not told[idle["id"]]["hasMergedRun"]
    todo = hub.get(f"/api/projects/{project['id']}/cards/status", status="done")
    assert [row["id"] for row in todo] == [card["id"]]
    hub.post(f"/api/runs/{waiting['id']}/cancel")


def test_a_card_is_made_and_begun_in_one_call(hub):
    project, _ = hub.project()
    path = f"/api/projects/{project['id']}/cards"
    card = hub.post(path, title="Write a note", prompt=QUICK, run={"provider": "demo"})
    run = hub.get("/api/runs", project=project["id"], cardId=card["id"])[0]
    assert run["prompt"].startswith("Write a note") and run["targetBranch"] == "main"
    hub.wait_for_run(run, "completed")
    until_now = len(hub.list(path))
    for wrong, code in [
            ({"provider": "demo", "targetBranch": "none"}, "VALIDATION_FAILED"), ({}, "VALIDATION_FAILED"),
            ({"profile": "none"}, "PROFILE_NOT_FOUND"), ({"provider": "demo", "start": True}, "VALIDATION_FAILED")]:
        with pytest.raises(Problem) as refused:
            hub.post(path, title="No", run=wrong)
        assert refused.value.code == code, wrong
    with pytest.raises(Problem) as refused:
        hub.post(path, title="No", blockedBy=[hub.card(project, "Ahead")["id"]], run={"provider": "demo"})
    assert refused.value.code == "CARD_BLOCKED"
    assert len(hub.list(path)) == until_now + 1, "card and run are made, or neither"
    people = People(hub)
    _, _, secret = people.add("ada", abilities=["project:read", "board:write"])
    people.join(project, "ada", "editor")
    with people.rest(secret) as ada:
        refused = ada.post(path, json={"title": "No", "run": {"provider": "demo"}})
        assert (refused.status_code, refused.json()["ability"]) == (403, "run:write")
        assert ada.post(path, json={"title": "Yes"}).status_code == 201


def test_events_about_a_file_and_what_was_said_when(hub):
    project, _ = hub.project()
    run = demo(hub, project)
    path = f"/api/runs/{run['id']}"
    entries = hub.list(f"{path}/entries")
    edits = [entry for entry in entries if entry["content"].get("tool", {}).get("action") == "file_edit"]
    name = edits[0]["content"]["tool"]["title"]
    about = hub.get(f"{path}/events", path=name)
    assert {event["data"]["id"] for event in about} >= {entry["id"] for entry in edits if entry["content"]["tool"]["title"] == name}
    assert len(about) < len(hub.get(f"{path}/events", limit=500))
    assert hub.get(f"/api/projects/{project['id']}/events", path=name, severity="info", limit=500) == about
    assert hub.get(f"{path}/events", path="no/such/file") == []

    ran = hub.get(f"{path}/commands")
    told = [event["data"] for event in hub.get(f"{path}/events", types="command.recorded")]
    assert ran == told
    assert len(ran) == len([entry for entry in entries if entry["content"].get("tool", {}).get("action") == "command_run"])

    middle = entries[len(entries) // 2]["createdAt"]
    before = [entry["id"] for entry in entries if entry["createdAt"] < middle]
    assert [entry["id"] for entry in hub.list(f"{path}/entries", before=middle, limit=2)] == before
    since = [entry["id"] for entry in entries if entry["createdAt"] >= middle]
    assert [entry["id"] for entry in hub.list(f"{path}/entries", since=middle, limit=2)] == since
    assert hub.get(f"{path}/entries", since=middle, before=middle) == []
    session = hub.post(f"/api/projects/{project['id']}/sessions", kind="assistant", provider="demo", text=f"What is it?\n{QUICK}")
    hub.wait_for_run({"id": session["runId"]}, "completed")
    messages = f"/api/sessions/{session['id']}/messages"
    said = hub.list(messages)
    assert hub.list(messages, since=said[0]["createdAt"]) == said and hub.list(messages, before=said[0]["createdAt"]) == []


def test_the_files_of_a_folder(hub):
    hub.project("sample", files={"notes.txt": "four", "docs/a.md": "a"})
    place = str(hub.roots / "sample")
    bare = hub.get("/api/folders", path=place)
    assert "files" not in bare and [row["name"] for row in bare["folders"]] == ["docs"]
    listed = hub.get("/api/folders", path=place, files=True)
    files = {row["name"]: row for row in listed["files"]}
    assert files["notes.txt"]["byteCount"] == 4 and files["notes.txt"]["modifiedAt"] >= "2026"
    assert files["notes.txt"]["path"] == f"{place}/notes.txt"
    assert listed["folders"][0]["modifiedAt"] and listed["folders"] == bare["folders"]
