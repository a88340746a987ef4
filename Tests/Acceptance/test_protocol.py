"""protocol/ is what authors of clients read: it must be valid, and the hub must be what it says."""
import json

import jsonschema
import pytest
import referencing
import yaml
from asyncapi3 import AsyncAPI3
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from hub import root, running
from problem import Problem
from waiting import until

DOCUMENT = yaml.safe_load((root / "protocol" / "openapi.yaml").read_text())
LIVE = yaml.safe_load((root / "protocol" / "asyncapi.yaml").read_text())
ROUTES = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
    if "operation" in operation["x-roost"]]


def validator(schema, document=DOCUMENT):
    """Of a schema that refers to those of the document."""
    components = {"schemas": document["components"]["schemas"]}
    return OAS31Validator(schema | {"components": components}, format_checker=OAS31Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A hub with users and a project in which everything has happened: (hub, what stands for each parameter of a path)."""
    with running(tmp_path_factory.mktemp("told") / "hub") as hub:
        project, _ = hub.project("told")
        card = hub.card(project, "Card", "demo: pace=0 paragraphs=1")
        run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
        hub.wait_for_run(run, "waiting")
        approval = hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
        hub.wait_for_run(run, "completed")
        credential = hub.post(
            "/api/credentials", scope="project", project=project["id"], variable="TOKEN", value="0123456789")
        profile = hub.post("/api/profiles", name="careful", provider="demo")
        process = hub.get(f"/api/runs/{run['id']}/processes")[0]
        snapshot = hub.post(f"/api/runs/{run['id']}/snapshots", note="It works")
        own = hub.post(f"/api/projects/{project['id']}/snapshots", note="Of the folder")
        session = hub.post(
            f"/api/projects/{project['id']}/sessions", kind="plan", cardId=card["id"], provider="demo",
            text="Refine it.\ndemo: pace=0 paragraphs=1")
        until(lambda: hub.get(f"/api/sessions/{session['id']}").get("proposal"), "there is a proposal")
        hub.put(f"/api/runs/{run['id']}/draft", text="Later")
        tag = hub.post("/api/tags", type="snippet", name="style", content="Short.")
        template = hub.post("/api/board-templates", name="Own", columns=[{"name": "One", "type": "backlog"}])
        board = hub.get(f"/api/projects/{project['id']}/boards")[0]
        consumer = hub.post(f"/api/projects/{project['id']}/consumers", name="bot", **{"from": "oldest"})["consumer"]
        attachment = hub.http.post(
            f"/api/cards/{card['id']}/attachments?filename=notes.txt", content=b"notes").json()["data"]
        job = hub.post("/api/backups")
        until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the backup is done")
        backup = hub.get("/api/backups")[0]
        done = hub.post(f"/api/projects/{project['id']}/export")
        until(lambda: hub.get(f"/api/jobs/{done['id']}")["status"] == "done", "the export is done")
        export = hub.get("/api/exports")[0]
        first = hub.post("/api/auth/setup", name="ada")
        hub.http.headers["Authorization"] = f"Bearer {first['secret']}"
        member = hub.post(f"/api/projects/{project['id']}/members", user="ada", role="viewer")
        organization = hub.post("/api/organizations", name="Acme")
        seat = hub.get(f"/api/organizations/{organization['id']}/members")[0]
        hub.put("/api/me/preferences/keyboard", value={"newCard": "n"})
        assert hub.answer("POST", f"/api/cards/{card['id']}/view").status_code == 204
        yield hub, {
            "organization": organization["id"], "session": session["id"], "seat": seat["id"],
            "attachment": attachment["id"], "consumer": consumer["id"], "project": project["id"], "card": card["id"],
            "cardId": card["id"], "run": run["id"], "board": board["id"], "approval": approval["id"],
            "column": card["columnId"], "user": first["user"]["id"], "token": first["token"]["id"],
            "member": member["id"], "job": job["id"], "backup": backup["name"], "export": export["name"], "q": "card", "scope": "hub", "credential": credential["id"], "profile": profile["id"],
            "tag": tag["id"], "template": template["id"], "key": "keyboard", "provider": "demo", "process": process["id"],
            "type": "command", "tool": "Bash", "text": "git status",
            "path": "README.md", "commit": "HEAD", "editor": "vscode", "place": project["path"], "snapshot": snapshot["id"],
            "own snapshot": own["id"],
        }


def test_the_documents_are_valid():
    validate(DOCUMENT)
    AsyncAPI3.model_validate(LIVE)


def test_frames_are_as_asyncapi_says(told):
    """What the story has told, on every channel that shows some of it; and a snapshot of each."""
    hub, story = told
    live = hub.live(token=hub.http.headers["Authorization"].removeprefix("Bearer "))
    epoch, _ = hub.position(story["project"])
    for name in ("project", "card", "run", "hub", "job", "user", "logs"):
        row = LIVE["channels"][name]
        channel = row["address"].format_map(story)
        snapshot = live.follow(channel).joins[0]["snapshot"]
        errors = [f"{error.json_path}: {error.message}"
                  for error in validator(row["x-roost-snapshot"], LIVE).iter_errors(snapshot)]
        assert not errors and set(snapshot) <= set(row["x-roost-snapshot"]["properties"]), channel
        if name in ("project", "card", "run"):
            live.follow(channel, after=(epoch, 0))
    live.call("presence", channel=f"project:{story['project']}", state={"at": "work"})
    live.wait_for_position(live.copies[f"project:{story['project']}"], hub.position(story["project"]))
    live.call("ping")
    messages = {message["name"]: message for message in LIVE["components"]["messages"].values()}
    seen = set()
    for frame in live.frames:
        message = messages[frame["type"]]
        errors = [f"{error.json_path}: {error.message}"
                  for error in validator(message["payload"], LIVE).iter_errors(frame)]
        assert not errors, frame
        seen.add(frame["type"])
        prefix = frame.get("channel", "").partition(":")[0]
        if "seq" in frame:
            assert frame["type"].replace(".", "-") in LIVE["channels"][prefix]["messages"], (frame["type"], prefix)
    assert len(seen) > 25, seen


def test_asyncapi_names_every_channel_of_the_protocol():
    known = {row["address"].partition(":")[0] for row in LIVE["channels"].values()} - {"/api/ws"}
    assert {"project", "run", "card", "job", "hub", "user", "logs"} <= known


@pytest.mark.parametrize("method, path, operation", ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES])
def test_every_route_is_there(told, method, path, operation):
    """What can be read is answered as the document says; what changes something refuses an unknown member."""
    hub, story = told
    if path.startswith("/api/projects/{project}/snapshots/"):
        path = path.replace("{snapshot}", story["own snapshot"])
    path = path.format_map(story)
    if method != "get":
        response = hub.http.request(method, path, json={"noSuchMember": 1} if method != "delete" else None,
                                           params={"noSuchMember": 1} if method == "delete" else None)
        assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")
        return
    wanted = {parameter["name"]: story[parameter["name"]] for parameter in operation.get("parameters", [])
              if parameter["in"] == "query" and parameter.get("required")}
    response = hub.http.get(path, params=wanted)
    assert response.status_code == 200, response.text
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    errors = [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(response.json())]
    assert not errors


def test_every_operation_is_on_the_socket_too(shared_hub):
    live = shared_hub.live()
    for name in {operation["x-roost"]["operation"] for _, _, operation in ROUTES}:
        with pytest.raises(Problem) as error:
            live.call(name, noSuchMember=1)
        assert error.value.code == "VALIDATION_FAILED", name


def test_the_schema_files_hold_what_the_hub_says(told):
    hub, story = told
    files = {path.name: json.loads(path.read_text()) for path in (root / "protocol" / "schemas").iterdir()}
    registry = referencing.Registry().with_resources(
        (name, referencing.Resource.from_contents(schema)) for name, schema in files.items())
    for schema in files.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for kind, path in [("Project", "projects/{project}"), ("Card", "cards/{card}"), ("Run", "runs/{run}"),
                       ("Job", "jobs/{job}")]:
        thing = hub.get("/api/" + path.format_map(story))
        holds = jsonschema.Draft202012Validator({"$ref": f"{kind}.json"}, registry=registry)
        assert not list(holds.iter_errors(thing))
        assert list(holds.iter_errors(thing | {"id": 1})), "and not whatever comes"


def test_every_error_is_explained(shared_hub):
    errors = json.loads((root / "protocol" / "errors.json").read_text())
    for row in errors:
        assert shared_hub.http.get(f"/problems/{row['code']}").json() == row
    document = shared_hub.http.get("/api/nothing").json()
    assert shared_hub.http.get(document["type"]).json()["code"] == document["code"]
