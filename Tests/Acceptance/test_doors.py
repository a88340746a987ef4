"""What openapi.yaml says beside the operations: files and event streams, each asked for as the document has it."""
import json

import httpx_sse
import pytest
import yaml

from hub import root
from test_access import People
from waiting import until

DOCUMENT = yaml.safe_load((root / "protocol" / "openapi.yaml").read_text())
DOORS = {
    operation["x-roost"]["door"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
    if "door" in operation["x-roost"]}
STREAMS = sorted(name for name in DOORS if name.endswith("Stream"))


def said(name, response):
    """The response, if the document has its status, type and fields."""
    answers = DOORS[name][2]["responses"]
    answer = answers[str(response.status_code)]
    types = answer.get("content", {})
    assert "*/*" in types or response.headers.get("Content-Type", "").partition(";")[0] in {*types, ""}
    assert all(field in response.headers for field in answer.get("headers", {})), response.headers
    return response


@pytest.fixture(scope="module")
def things(shared_hub):
    """What stands for each parameter of a path."""
    hub = shared_hub
    project, _ = hub.project("doors")
    card = hub.card(project, "Card", "demo: approval=no pace=0 paragraphs=1")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "completed")
    job = hub.post(f"/api/projects/{project['id']}/export")
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the export is done")
    return {"project": project["id"], "card": card["id"], "run": run["id"], "job": job["id"],
            "export": hub.get("/api/exports")[0]["name"]}


def parts(hub, name, path, whole):
    """A download: whole, in a part, behind its end, and known already."""
    response = said(name, hub.http.get(path))
    assert (response.status_code, response.content) == (200, whole)
    part = said(name, hub.http.get(path, headers={"Range": "bytes=2-4"}))
    assert (part.status_code, part.content) == (206, whole[2:5])
    assert part.headers["Content-Range"] == f"bytes 2-4/{len(whole)}"
    behind = said(name, hub.http.get(path, headers={"Range": f"bytes={len(whole)}-"}))
    assert (behind.status_code, behind.json()["code"]) == (416, "RANGE_NOT_SATISFIABLE")
    assert said(name, hub.http.get(path, headers={"If-None-Match": response.headers["ETag"]})).status_code == 304


def test_files_of_a_card(shared_hub, things):
    hub, path = shared_hub, DOORS["attachments.upload"][1].format_map(things)
    assert set(DOORS["attachments.upload"][2]["requestBody"]["content"]) == {
        "multipart/form-data", "application/octet-stream"}
    form = said("attachments.upload", hub.http.post(path, files={"file": ("a.txt", b"0123456789", "text/plain")}))
    bare = said("attachments.upload", hub.http.post(path, content=b"0123456789", params={"filename": "a.bin"},
                                                    headers={"Content-Type": "application/octet-stream"}))
    for made in (form, bare):
        place = DOORS["attachments.download"][1].format(attachment=made.json()["data"]["id"])
        assert made.status_code == 201 and made.headers["Location"] == place
        parts(hub, "attachments.download", place, b"0123456789")


def test_archives(shared_hub, things):
    hub, place = shared_hub, DOORS["exports.download"][1].format_map(things)
    archive = hub.http.get(place).content
    parts(hub, "exports.download", place, archive)
    brought = said("exports.upload", hub.http.post(
        DOORS["exports.upload"][1], content=archive, headers={"Content-Type": "application/x-tar"}))
    assert (brought.status_code, brought.json()["data"]["byteCount"]) == (201, len(archive))


@pytest.mark.parametrize("name", STREAMS)
def test_streams(shared_hub, things, name):
    method, path, operation = DOORS[name]
    input = {"project": things["project"], "provider": "demo", "prompt": "x\ndemo: approval=no pace=0 paragraphs=1",
             "stream": True} if method == "POST" else None
    with httpx_sse.connect_sse(shared_hub.http, method, path.format_map(things), json=input) as source:
        assert said(name, source.response).status_code == 200
        first = next(source.iter_sse())
    json.loads(first.data)
    assert "text/event-stream" in operation["responses"]["200"]["content"]


def test_each_needs_the_ability_that_the_document_names(hub):
    project, _ = hub.project("narrow")
    card = hub.card(project, "Card")
    attachment = hub.http.post(f"/api/cards/{card['id']}/attachments?filename=a", content=b"a").json()["data"]
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="command", options={"argv": ["true"]})
    job = hub.post(f"/api/projects/{project['id']}/export")
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the export is done")
    things = {"project": project["id"], "card": card["id"], "run": run["id"], "job": job["id"],
              "attachment": attachment["id"], "export": hub.get("/api/exports")[0]["name"]}
    people = People(hub)
    every = hub.get("/api/me")["everywhere"]
    for name, (method, path, operation) in DOORS.items():
        ability = operation["x-roost"]["ability"]
        made = hub.post("/api/tokens", name=name, abilities=[known for known in every if known != ability])
        body = {"project": project["id"], "provider": "command", "prompt": "x", "stream": True}
        with people.rest(made["secret"]) as rest:
            answer = rest.request(method, path.format_map(things), json=body if name == "agentStream" else None)
        assert (answer.status_code, answer.json()["code"], answer.json()["ability"]) == (403, "FORBIDDEN", ability), name
