"""What is written and not sent, words that are used again, and what each user has seen and keeps for himself; from outside."""
import pytest

from problem import Problem
from test_access import People
from waiting import until

QUICK = "\ndemo: approval=no pace=0 paragraphs=1"


def refused(act, *expected):
    with pytest.raises(Problem) as error:
        act()
    assert error.value.code in expected, error.value


def said(hub, run):
    return [entry["content"]["text"] for entry in hub.list(f"/api/runs/{run['id']}/entries")
            if entry["content"]["kind"] == "user_message"]


def test_a_queued_draft_is_sent_once_though_the_hub_dies(hub):
    project, _ = hub.project()
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", prompt="First\ndemo: pace=0 paragraphs=1",
                   start=True)
    hub.wait_for_run(run, "waiting")
    path = f"/api/runs/{run['id']}/draft"
    refused(lambda: hub.get(path), "DRAFT_NOT_FOUND")
    draft = hub.put(path, text="Second" + QUICK)
    assert hub.get(path) == draft and not draft["queued"]
    assert hub.list(f"/api/projects/{project['id']}/drafts") == [draft]
    queued = hub.post(f"{path}/queue", version=draft["version"])
    assert queued["queued"]
    refused(lambda: hub.put(path, text="Other", version=draft["version"]), "VERSION_STALE")
    live = hub.live()
    assert live.follow(f"run:{run['id']}").joins[0]["snapshot"]["drafts"] == [queued]
    hub.kill()
    hub.start()
    hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
    until(lambda: any(text.startswith("Second") for text in said(hub, run)), "it is told")
    hub.wait_for_run(run, "completed")
    until(lambda: len(hub.get(f"/api/runs/{run['id']}/processes")) == 2, "and no more")
    assert sum(text.startswith("Second") for text in said(hub, run)) == 1
    told = [event["type"] for event in hub.events(project["id"]) if event["type"].startswith("draft.")]
    assert told == ["draft.updated", "draft.queued", "draft.sent", "draft.deleted"]
    refused(lambda: hub.put(path, text="Late", version=queued["version"]), "VERSION_STALE")
    hub.put(path, text="Never")
    hub.answer("DELETE", path)
    refused(lambda: hub.get(path), "DRAFT_NOT_FOUND")


def test_a_retry_draft_takes_the_place_of_a_process(hub):
    project, _ = hub.project()
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["true"]}, start=True)
    hub.wait_for_run(run, "completed")
    process = hub.get(f"/api/runs/{run['id']}/processes")[0]
    path = f"/api/runs/{run['id']}/draft"
    hub.put(path, type="retry", text="Otherwise", processId=process["id"])
    assert "sentAt" in hub.post(f"{path}/queue", type="retry")
    hub.wait_for_run(run, "completed")
    assert "droppedAt" in hub.get(f"/api/processes/{process['id']}")


def test_words_that_are_used_again(hub):
    project, repository = hub.project(files={"RULES.md": "Be brief.\n", ".claude/commands/fix.md": "Fix it"})
    snippet = hub.post("/api/tags", type="snippet", name="style", content="in short words")
    own = hub.post("/api/tags", project=project["slug"], type="command", name="review", description="Looks",
                   content="Review $1 by @RULES.md, @style: $ARGUMENTS")
    assert [tag["id"] for tag in hub.get("/api/tags", project=project["id"])] == [own["id"], snippet["id"]]
    assert [tag["id"] for tag in hub.get("/api/tags", project=project["id"], q="SHORT")] == [snippet["id"]]
    assert hub.get(f"/api/tags/{own['id']}") == own
    commands = hub.get(f"/api/projects/{project['id']}/slash-commands")
    assert [(row["name"], row.get("agent"), row.get("tagId")) for row in commands] == [
        ("/review", None, own["id"]), ("/fix", "claude-code", None)]
    expanded = hub.post(f"/api/projects/{project['id']}/expand", text="/review 'a b' c")
    assert expanded == {
        "text": "Review a b by RULES.md:\n```\nBe brief.\n```\n, in short words: 'a b' c",
        "used": ["/review", "@RULES.md", "@style"]}
    assert hub.post(f"/api/projects/{project['id']}/expand", text="/fix me@home")["used"] == []
    refused(lambda: hub.post("/api/tags", type="command", name="x", content="!`rm -r /`"), "VALIDATION_FAILED")
    refused(lambda: hub.post("/api/tags", type="command", name="no name", content="x"), "VALIDATION_FAILED")
    refused(lambda: hub.post("/api/tags", type="snippet", name="style", content="x"), "ALREADY_EXISTS")
    changed = hub.patch(f"/api/tags/{own['id']}", name="look", description="", version=own["version"])
    assert changed["name"] == "look" and "description" not in changed
    refused(lambda: hub.patch(f"/api/tags/{own['id']}", name="x", version=own["version"]), "VERSION_STALE")
    hub.delete(f"/api/tags/{own['id']}")
    told = [event["type"] for event in hub.events(project["id"]) if event["type"].startswith("tag.")]
    assert told == ["tag.created", "tag.updated", "tag.deleted"]
    people = People(hub)
    _, _, secret = people.add("ada")
    people.join(project, "ada", "editor")
    with people.rest(secret) as ada:
        assert snippet["id"] in [tag["id"] for tag in ada.get("/api/tags").json()["data"]]
        made = {"project": project["id"], "type": "snippet", "name": "own", "content": "x"}
        assert ada.post("/api/tags", json=made).status_code == 403
        assert ada.delete(f"/api/tags/{snippet['id']}").status_code == 403


def test_layouts_of_boards_are_kept_and_boards_are_put_in_order(hub):
    project, _ = hub.project()
    columns = [{"name": "Questions", "type": "backlog"}, {"name": "Work", "type": "active", "prompt": "Do"}]
    template = hub.post("/api/board-templates", name="Research", columns=columns)
    refused(lambda: hub.post("/api/board-templates", name="Research", columns=columns), "ALREADY_EXISTS")
    assert template["id"] in [row["id"] for row in hub.get("/api/board-templates")]
    first = hub.get(f"/api/projects/{project['id']}/boards")[0]
    second = hub.post(f"/api/projects/{project['id']}/boards", name="Second", template=template["id"])
    assert [column["name"] for column in hub.get(f"/api/boards/{second['id']}/columns")] == ["Questions", "Work"]
    refused(lambda: hub.post(f"/api/projects/{project['id']}/boards", name="x", template="none"), "VALIDATION_FAILED")
    hub.post(f"/api/projects/{project['id']}/boards/reorder", ids=[second["id"], first["id"]])
    assert [board["name"] for board in hub.get(f"/api/projects/{project['id']}/boards")][0] == "Second"
    refused(lambda: hub.post(f"/api/projects/{project['id']}/boards/reorder", ids=[first["id"]]), "VALIDATION_FAILED")
    path = f"/api/board-templates/{template['id']}"
    assert hub.patch(path, name="Studies", version=template["version"])["name"] == "Studies"
    refused(lambda: hub.patch(path, name="x", version=template["version"]), "VERSION_STALE")
    hub.delete(path)
    refused(lambda: hub.delete(path), "TEMPLATE_NOT_FOUND")


def test_a_card_has_a_way_of_its_own(hub):
    project, _ = hub.project()
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    review = hub.post(f"/api/boards/{board['id']}/columns", name="Review", type="active", prompt="Look" + QUICK)
    work = hub.columns(project)["active"]
    card = hub.card(project, "Own way")
    path = f"/api/cards/{card['id']}"
    assert [step["columnId"] for step in hub.get(f"{path}/pipeline")] == [work["id"], review["id"]]
    hub.patch(path, pipeline=[{"columnId": review["id"], "prompt": "Mine" + QUICK}])
    assert hub.get(f"{path}/pipeline") == [
        {"columnId": review["id"], "columnName": "Review", "prompt": "Mine" + QUICK}]
    assert hub.post(f"{path}/approve-auto")["columnId"] == review["id"], "it passes over what is not on its way"
    refused(lambda: hub.patch(path, pipeline=[{"columnId": hub.columns(project)["done"]["id"]}]), "VALIDATION_FAILED")
    assert "pipeline" not in hub.patch(path, pipeline=None)


def test_a_column_is_emptied(hub):
    project, _ = hub.project()
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    columns = hub.columns(project)
    cards = [hub.card(project, name)["id"] for name in ("A", "B")]
    other = hub.post(f"/api/projects/{project['id']}/cards", title="Other", columnId=columns["active"]["id"])
    path = f"/api/boards/{board['id']}/clean"
    assert hub.post(path, action="delete", preview=True)["cards"] == [], "none of them is over"
    refused(lambda: hub.post(path, action="delete", columnId="col_01JD6Z5Z0A0000000000000000"), "VALIDATION_FAILED")
    assert set(hub.post(path, action="delete", columnId=columns["backlog"]["id"])["cards"]) == set(cards)
    assert [card["id"] for card in hub.list(f"/api/projects/{project['id']}/cards")] == [other["id"]]


def test_each_user_has_seen_what_he_has_seen(hub):
    project, _ = hub.project()
    people = People(hub)
    user, _, secret = people.add("ada")
    people.join(project, "ada", "editor")
    cards = [hub.card(project, name)["id"] for name in ("A", "B")]
    unread = f"/api/projects/{project['id']}/unread"
    live = hub.live(token=secret)
    own, all_of_it = live.follow("user:me"), live.follow(f"project:{project['id']}")
    with people.rest(secret) as ada:
        def of_ada():
            return ada.get(unread).json()["data"]["cards"]
        assert set(of_ada()) == set(cards) and hub.get(unread)["cards"] == [], "who makes a card has seen it"
        assert ada.post(f"/api/cards/{cards[0]}/view").status_code == 204
        assert of_ada() == [cards[1]]
        listed = ada.get(f"/api/projects/{project['id']}/cards", params={"unread": "true"}).json()["data"]
        assert [card["id"] for card in listed] == [cards[1]]
        hub.patch(f"/api/cards/{cards[0]}", title="A2")
        assert of_ada() == [cards[0], cards[1]], "the latest change first"
        assert ada.post(f"/api/projects/{project['id']}/view").status_code == 204
        assert of_ada() == []
        hub.restart()
        hub.http.headers["Authorization"] = f"Bearer {people.secret}"
        assert of_ada() == []
        live.wait(lambda: len(own.events_of("card.viewed")) == 2, "his own clients are told")
    assert not all_of_it.events_of("card.viewed"), "and nobody else"
    assert not [event for event in hub.events(project["id"]) if event["type"] == "card.viewed"]


def test_what_users_keep_for_themselves(hub):
    project, _ = hub.project()
    live = hub.live()
    mine = live.follow("user:me")
    path = "/api/me/preferences/keyboard"
    refused(lambda: hub.get(path), "PREFERENCE_NOT_FOUND")
    kept = hub.put(path, value={"newCard": "n", "nested": [1, None, "x"]})
    assert hub.get(path) == kept and kept["value"]["nested"] == [1, None, "x"]
    panel = f"/api/me/preferences/panels:{hub.card(project, 'Open')['id']}"
    hub.put(panel, project=project["slug"], value={"width": 400})
    assert [row["value"] for row in hub.get("/api/me/preferences", project=project["id"])] == [{"width": 400}]
    assert [row["key"] for row in hub.get("/api/me/preferences")] == ["keyboard"]
    changed = hub.put(path, value=1, version=kept["version"])
    refused(lambda: hub.put(path, value=2, version=kept["version"]), "VERSION_STALE")
    assert hub.put(path, value=3)["version"] == changed["version"] + 1, "the last writer wins"
    hub.answer("DELETE", panel, project=project["id"])
    hub.delete(path)
    live.wait(lambda: len(mine.events_of("preference.deleted")) == 2, "his other clients are told")
    people = People(hub)
    _, _, secret = people.add("ada")
    hub.put(path, value="of root")
    with people.rest(secret) as ada:
        assert ada.get("/api/me/preferences").json()["data"] == []
        assert ada.get("/api/me/preferences", params={"project": project["id"]}).status_code == 404
        assert ada.put(path, json={"value": "of ada"}).status_code == 200
    assert hub.get(path)["value"] == "of root"
