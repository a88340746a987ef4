"""Cards that wait for others, are parts of others or are put off; columns' limits; cleaning. Over REST, and shown on the page's own socket."""
import subprocess

import pytest

from hub import binary
from problem import Problem
from test_export import exported, read
from waiting import patience_seconds, until


def card(hub, project, title, **members):
    return hub.post(f"/api/projects/{project['id']}/cards", title=title, **members)


def refused(act, *expected):
    with pytest.raises(Problem) as error:
        act()
    assert error.value.code in expected, error.value
    return error.value


def test_a_card_begins_when_what_it_waits_for_is_done(hub):
    project, _ = hub.project()
    first = card(hub, project, "First")
    second = card(hub, project, "Second", blockedBy=[first["id"]], parentId=first["id"])
    path = f"/api/cards/{second['id']}"
    refused(lambda: hub.post(f"{path}/runs", provider="command", options={"argv": ["true"]}, start=True), "CARD_BLOCKED")
    refused(lambda: hub.patch(f"/api/cards/{first['id']}", blockedBy=[second["id"]]), "DEPENDENCY_CYCLE")
    refused(lambda: hub.patch(path, blockedBy=["crd_01JD6Z5Z0A0000000000000000"]), "VALIDATION_FAILED")
    assert [row["id"] for row in hub.get(f"/api/cards/{first['id']}/children")] == [second["id"]]
    # With a prompt on the active column, it waits there and begins by itself, once it has been worked on before.
    hub.patch(f"/api/cards/{first['id']}", status="done")
    run = hub.post(f"{path}/runs", provider="command", options={"argv": ["true"]}, start=True)
    hub.wait_for_run(run, "completed")
    assert hub.patch(path, parentId=None).get("parentId") is None
    assert hub.patch(path, blockedBy=[]).get("blockedBy") is None


def test_a_card_that_waited_in_an_active_column_is_worked_on_when_it_may(hub):
    project, _ = hub.project()
    columns = hub.columns(project)
    hub.patch(f"/api/columns/{columns['active']['id']}", prompt="Do it.")
    first, second = card(hub, project, "First"), card(hub, project, "Second", prompt="demo: pace=0 paragraphs=1")
    run = hub.post(f"/api/cards/{second['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "waiting")
    hub.post(f"/api/runs/{run['id']}/cancel")
    hub.patch(f"/api/cards/{second['id']}", status="todo", blockedBy=[first["id"]])
    hub.post(f"/api/cards/{second['id']}/move", columnId=columns["backlog"]["id"])
    hub.post(f"/api/cards/{second['id']}/move", columnId=columns["active"]["id"])
    assert len(hub.list(f"/api/projects/{project['id']}/runs")) == 1
    hub.post(f"/api/cards/{first['id']}/move", columnId=columns["done"]["id"])
    until(lambda: len(hub.list(f"/api/projects/{project['id']}/runs")) == 2, "work on it begins")


def test_a_card_that_is_put_off(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    later = card(hub, project, "Later", deferred={})
    path = f"/api/cards/{later['id']}"
    refused(lambda: hub.post(f"{path}/runs", provider="command", options={"argv": ["true"]}, start=True), "CARD_DEFERRED")
    assert hub.post(f"{path}/activate").get("deferred") is None
    refused(lambda: hub.post(f"{path}/activate"), "ILLEGAL_TRANSITION")
    assert hub.patch(path, deferred={"until": "2099-01-01T00:00:00.000Z"})["deferred"] == {
        "until": "2099-01-01T00:00:00.000Z"}
    assert hub.patch(path, deferred=None).get("deferred") is None
    live.wait(lambda: len(copy.events_of("card.activated")) == 2, "both are told")
    past = hub.patch(path, deferred={"until": "2020-01-01T00:00:00.000Z"})
    until(lambda: hub.get(path)["version"] > past["version"] and "deferred" not in hub.get(path), "its time has come")


def test_a_limit_is_removed_by_null(hub):
    project, _ = hub.project()
    column = hub.columns(project)["active"]
    path = f"/api/columns/{column['id']}"
    assert hub.patch(path, wipLimit=2)["wipLimit"] == 2
    assert hub.patch(path, name="Doing")["wipLimit"] == 2
    assert "wipLimit" not in hub.patch(path, wipLimit=None)


def test_a_board_is_cleaned_and_goes_with_its_project(hub):
    project, _ = hub.project("told")
    cards = [card(hub, project, f"Card {number}") for number in range(4)]
    linked = card(hub, project, "Linked", blockedBy=[cards[0]["id"]], parentId=cards[1]["id"], deferred={"whenUnblocked": True})
    for row in cards[2:]:
        hub.patch(f"/api/cards/{row['id']}", status="done")
    board = f"/api/boards/{linked['boardId']}"
    preview = hub.post(f"{board}/clean", action="delete", preview=True)
    assert preview == {"cards": [row["id"] for row in cards[2:]], "hasMore": False, "preview": True}
    assert len(hub.list(f"/api/projects/{project['id']}/cards")) == 5
    assert hub.post(f"{board}/clean", action="delete")["cards"] == preview["cards"]
    assert len(hub.list(f"/api/projects/{project['id']}/cards")) == 3
    # What cards have to do with one another comes along with their project.
    name = exported(hub, project, hub.folder / "a.tar")
    job = hub.post("/api/projects/import", export=name)
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] == "done", "the import is done")
    copies = {row["title"]: row for row in hub.list(f"/api/projects/{name.partition('-')[2][:-4]}-2/cards")}
    assert copies["Linked"]["blockedBy"] == [copies["Card 0"]["id"]]
    assert copies["Linked"]["parentId"] == copies["Card 1"]["id"]
    assert [row["id"] for row in hub.get(f"/api/cards/{copies['Card 1']['id']}/children")] == [copies["Linked"]["id"]]
    assert read(hub.folder / "a.tar")
    hub.stop()
    done = subprocess.run(
        [str(binary), "check", "--data", str(hub.data)], env=hub.environment, capture_output=True, text=True,
        timeout=patience_seconds)
    assert done.returncode == 0, done.stdout


def test_commands_of_the_repository(hub):
    project, repository = hub.project()
    path = f"/api/projects/{project['id']}/slash-commands"
    assert hub.get(path) == []
    repository.write({".claude/commands/review.md": "---\ndescription: Looks at it\n---\nReview."})
    assert hub.get(path) == [{
        "name": "/review", "description": "Looks at it", "path": ".claude/commands/review.md", "agent": "claude-code"}]


def test_a_board_begins_with_a_template_or_like_another(hub):
    project, _ = hub.project()
    templates = hub.get("/api/board-templates")
    assert [template["id"] for template in templates] == ["simple", "review", "pipeline"]
    path = f"/api/projects/{project['id']}/boards"

    def columns(board):
        return [
            {name: column[name] for name in ("name", "type", "prompt", "wipLimit") if name in column}
            for column in hub.get(f"/api/boards/{board['id']}/columns")]
    for template in templates:
        assert columns(hub.post(path, name="Board", template=template["id"])) == template["columns"]
    mine = hub.post(path, name="Mine", columns=[{"name": "A", "type": "active", "prompt": "Do it.", "wipLimit": 2}])
    assert columns(hub.post(path, name="Copy", copyOf=mine["id"])) == columns(mine)
    assert columns(hub.post(path, name="Bare")) == templates[0]["columns"]
    other, _ = hub.project("other")
    refused(lambda: hub.post(f"/api/projects/{other['id']}/boards", name="x", copyOf=mine["id"]), "VALIDATION_FAILED")
    refused(lambda: hub.post(path, name="x", template="none"), "VALIDATION_FAILED")
    refused(lambda: hub.post(path, name="x", template="simple", copyOf=mine["id"]), "VALIDATION_FAILED")


def test_columns_are_put_into_an_order(hub):
    project, _ = hub.project()
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    path = f"/api/boards/{board['id']}/columns"
    ids = [column["id"] for column in hub.get(path)]
    hub.post(f"{path}/reorder", ids=ids[::-1])
    assert [column["id"] for column in hub.get(path)] == ids[::-1]
    for wrong in (ids[:-1], [*ids, ids[0]], [*ids[:-1], "col_01JD6Z5Z0A0000000000000000"]):
        refused(lambda: hub.post(f"{path}/reorder", ids=wrong), "VALIDATION_FAILED")
