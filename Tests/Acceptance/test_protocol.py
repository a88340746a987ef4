"""protocol/ is what authors of clients read: it must be valid, and the hub must be what it says."""
import json

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from hub import root
from problem import Problem
from waiting import until

DOCUMENT = yaml.safe_load((root / "protocol" / "openapi.yaml").read_text())
ROUTES = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
    if "operationId" in operation]


def validator(schema):
    """Of a schema that refers to those of the document."""
    return OAS31Validator(schema | {"components": DOCUMENT["components"]}, format_checker=OAS31Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def story(shared_hub):
    """A project in which everything has happened: what stands for each parameter of a path."""
    project, _ = shared_hub.project("told")
    card = shared_hub.card(project, "Card", "demo: pace=0 paragraphs=1")
    run = shared_hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    shared_hub.wait_for_run(run, "waiting")
    approval = shared_hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
    shared_hub.wait_for_run(run, "completed")
    board = shared_hub.get(f"/api/projects/{project['id']}/boards")[0]
    consumer = shared_hub.post(f"/api/projects/{project['id']}/consumers", name="bot", **{"from": "oldest"})["consumer"]
    attachment = shared_hub.http.post(f"/api/cards/{card['id']}/attachments?filename=notes.txt", content=b"notes").json()["data"]
    job = shared_hub.post("/api/backups")
    until(lambda: shared_hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the backup is done")
    backup = shared_hub.get("/api/backups")[0]
    done = shared_hub.post(f"/api/projects/{project['id']}/export")
    until(lambda: shared_hub.get(f"/api/jobs/{done['id']}")["status"] == "done", "the export is done")
    return {
        "export": shared_hub.get("/api/exports")[0]["name"], "job": job["id"], "backup": backup["name"], "attachment": attachment["id"], "consumer": consumer["id"], "project": project["id"], "card": card["id"], "cardId": card["id"], "run": run["id"], "board": board["id"],
        "approval": approval["id"], "column": card["columnId"], "q": "card",
    }


def test_the_document_is_valid():
    validate(DOCUMENT)


@pytest.mark.parametrize("method, path, operation", ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES])
def test_every_route_is_there(shared_hub, story, method, path, operation):
    """What can be read is answered as the document says; what changes something refuses an unknown member."""
    path = path.format_map(story)
    if method != "get":
        response = shared_hub.http.request(method, path, json={"noSuchMember": 1} if method != "delete" else None,
                                           params={"noSuchMember": 1} if method == "delete" else None)
        assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")
        return
    wanted = {parameter["name"]: story[parameter["name"]] for parameter in operation.get("parameters", [])
              if parameter["in"] == "query" and parameter.get("required")}
    response = shared_hub.http.get(path, params=wanted)
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


def test_every_error_is_explained(shared_hub):
    errors = json.loads((root / "protocol" / "errors.json").read_text())
    for row in errors:
        assert shared_hub.http.get(f"/problems/{row['code']}").json() == row
    document = shared_hub.http.get("/api/nothing").json()
    assert shared_hub.http.get(document["type"]).json()["code"] == document["code"]
