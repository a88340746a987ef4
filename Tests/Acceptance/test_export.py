"""A project as open files: what is in the archive is what the hub says of it."""
import json
import subprocess
import tarfile

import pytest

from hub import binary
from problem import Problem
from waiting import patience_seconds, until


def read(path):
    """({name without .jsonl: its lines}, {attachment id: content}, manifest) of an archive."""
    lines, files, manifest = {}, {}, None
    with tarfile.open(path) as archive:
        names = archive.getnames()
        for member in archive.getmembers():
            content = archive.extractfile(member).read()
            if member.name.startswith("attachments/"):
                files[member.name.partition("/")[2]] = content
            elif member.name == "manifest.json":
                manifest = json.loads(content)
            else:
                lines[member.name.removesuffix(".jsonl")] = [json.loads(line) for line in content.splitlines()]
    assert names[-1] == "manifest.json"
    assert {file["name"]: file["lines"] for file in manifest["files"]} == {
        f"{name}.jsonl": len(rows) for name, rows in lines.items()}
    assert manifest["attachments"] == len(files)
    return lines, files, manifest


def a_project_with_everything(hub):
    project, _ = hub.project("told")
    card = hub.card(project, "Card", "demo: pace=0 paragraphs=1")
    for number in range(3):
        hub.card(project, f"Further {number} – größer ☃")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "waiting")
    hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
    hub.wait_for_run(run, "completed")
    hub.post(f"/api/runs/{run['id']}/reviews", verdict="approved", notes="Good")
    session = hub.post(f"/api/projects/{project['id']}/sessions", kind="assistant", provider="demo", text="What is here?")
    hub.post(f"/api/sessions/{session['id']}/cancel")
    until(lambda: not [process for process in hub.get(f"/api/runs/{session['runId']}/processes") if "endedAt" not in process]
          and "worktreePath" not in hub.get(f"/api/runs/{session['runId']}"), "it has ended and is put away")
    attachment = hub.http.post(
        f"/api/cards/{card['id']}/attachments?filename=notes.txt", content=b"notes" * 10_000).json()["data"]
    return project, card, run, attachment


def exported(hub, project, path):
    job = hub.post(f"/api/projects/{project['slug']}/export")
    assert (job["kind"], job["projectId"]) == ("export", project["id"])
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] in ("done", "error"), "the job is over")
    job = hub.get(f"/api/jobs/{job['id']}")
    assert job["status"] == "done", job
    response = hub.http.get(f"/api/exports/{job['result']['export']}")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/x-tar")
    path.write_bytes(response.content)
    assert len(response.content) == job["result"]["byteCount"]
    return job["result"]["export"]


def by_id(rows):
    return sorted(rows, key=lambda row: row["id"])


def test_an_export_is_what_the_hub_says(hub):
    project, card, run, attachment = a_project_with_everything(hub)
    other, _ = hub.project("other")
    hub.card(other, "Not in it")
    name = exported(hub, project, hub.folder / "a.tar")
    lines, files, manifest = read(hub.folder / "a.tar")
    at = f"/api/projects/{project['id']}"
    assert lines["project"] == [hub.get(at)]
    assert by_id(lines["boards"]) == by_id(hub.get(f"{at}/boards"))
    assert len(lines["columns"]) == 3
    assert by_id(lines["cards"]) == by_id(hub.list(f"{at}/cards"))
    assert by_id(lines["runs"]) == by_id(hub.list(f"{at}/runs"))
    of_the_run = {part: [row for row in lines[part] if row["runId"] == run["id"]]
                  for part in ("processes", "entries", "approvals")}
    assert of_the_run["processes"] == hub.get(f"/api/runs/{run['id']}/processes")
    assert of_the_run["entries"] == hub.list(f"/api/runs/{run['id']}/entries")
    assert len(of_the_run["approvals"]) == 1
    assert lines["reviews"] == hub.get(f"/api/runs/{run['id']}/reviews")
    assert lines["sessions"] == hub.list(f"/api/projects/{project['id']}/sessions")
    assert [row["id"] for row in lines["attachments"]] == [attachment["id"]]
    assert files == {attachment["id"]: b"notes" * 10_000}
    assert [event["seq"] for event in lines["events"]] == list(range(1, len(lines["events"]) + 1))
    assert manifest["position"].endswith(f"-{len(lines['events'])}")
    assert "Not in it" not in json.dumps(lines)

    part = hub.http.get(f"/api/exports/{name}", headers={"Range": "bytes=257-261"})
    assert (part.status_code, part.content) == (206, b"ustar")
    assert [item["name"] for item in hub.get("/api/exports")] == [name]
    hub.delete(f"/api/exports/{name}")
    for path in (name, "..%2Froost.sqlite", "roost.sqlite"):
        with pytest.raises(Problem) as error:
            hub.get(f"/api/exports/{path}")
        assert error.value.status in (400, 404)


def test_the_command_line_exports_what_a_hub_at_work_has(hub):
    project, _, _, _ = a_project_with_everything(hub)

    def export(project, path):
        return subprocess.run(
            [str(binary), "export", project, str(path), "--data", str(hub.folder / "data")], env=hub.environment,
            capture_output=True, text=True, timeout=patience_seconds)
    done = export("told", hub.folder / "b.tar")
    assert done.returncode == 0, done.stderr
    lines, files, _ = read(hub.folder / "b.tar")
    assert lines["project"][0]["id"] == project["id"] and len(files) == 1
    again = export("told", hub.folder / "b.tar")
    assert again.returncode != 0 and "is there already" in again.stderr
    missing = export("nowhere", hub.folder / "c.tar")
    assert missing.returncode != 0 and "there is no project nowhere" in missing.stderr
    assert not (hub.folder / "c.tar").exists() and not list(hub.folder.glob(".partial*"))
