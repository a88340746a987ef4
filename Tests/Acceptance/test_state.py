"""Whoever watches holds the same state: from the beginning, from the middle with a snapshot, and over REST."""
import re

import httpx
import pytest
from httpx_sse import connect_sse

from problem import Problem

TALKATIVE = "demo: pace=10 paragraphs=8"


def by_id(things):
    return {thing["id"]: thing for thing in things}


def rest_state(hub, project):
    """What a project's channel shows, read over REST."""
    id = project["id"]
    boards = hub.get(f"/api/projects/{id}/boards")
    columns = [column for board in boards for column in hub.get(f"/api/boards/{board['id']}/columns")]
    return {
        "prj": by_id([hub.get(f"/api/projects/{id}")]), "brd": by_id(boards), "col": by_id(columns),
        "crd": by_id(hub.list(f"/api/projects/{id}/cards", limit=2)),
        "run": by_id(hub.list(f"/api/projects/{id}/runs")),
    }


def held_state(copy):
    return {prefix: by_id(copy.of(prefix)) for prefix in ("prj", "brd", "col", "crd", "run")}


def test_early_and_late_subscribers_agree_with_rest(hub):
    project, _ = hub.project()
    early, late = hub.live(), hub.live()
    card = hub.card(project, "Talk", TALKATIVE)
    run = early.call("runs.create", project=project["id"], cardId=card["id"], provider="demo")
    early_project = early.follow(f"project:{project['id']}")
    early_run = early.follow(f"run:{run['id']}")
    early.call("runs.start", run=run["id"])

    # Other things change meanwhile, through both doors.
    columns = hub.columns(project)
    doomed = hub.card(project, "To be deleted")
    moved = hub.card(project, "To be moved")
    hub.patch(f"/api/cards/{moved['id']}", title="Renamed", labels=["a", "b"])
    early.wait(lambda: len(early_run.of("ent")) >= 4, "the run has begun")

    late_project = late.follow(f"project:{project['id']}")
    late_run = late.follow(f"run:{run['id']}")
    assert late_run.of("ent"), "the snapshot shows the entries so far"

    late.call("cards.move", card=moved["id"], columnId=columns["done"]["id"])
    hub.delete(f"/api/cards/{doomed['id']}")
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    extra = late.call("columns.create", board=board["id"], name="Extra", type="backlog")
    hub.patch(f"/api/columns/{extra['id']}", name="Renamed", wipLimit=2)
    approval = late.wait_for_approval(late_project, run)
    late.call("approvals.answer", approval=approval["id"], decision="approve")
    hub.wait_for_summary(run)

    position = hub.position(project["id"])
    for live, copy in ((early, early_project), (late, late_project)):
        live.wait_for_position(copy, position)
        assert held_state(copy) == rest_state(hub, project)
        assert hub.get(f"/api/approvals/{approval['id']}") == copy.things[approval["id"]]
    assert doomed["id"] not in early_project.things
    assert late_project.things[moved["id"]]["status"] == "done"
    assert hub.position(project["id"]) == position, "nothing changed while we compared"

    # A run's channel tells of everything in that run.
    entries = hub.list(f"/api/runs/{run['id']}/entries", limit=3)
    assert [entry["index"] for entry in entries] == list(range(len(entries)))
    for live, copy in ((early, early_run), (late, late_run)):
        live.wait(lambda: copy.things.get(run["id"]) == hub.run(run), "the run as REST has it")
        assert sorted(copy.of("ent"), key=lambda entry: entry["index"]) == entries
        assert copy.of("prc") == hub.get(f"/api/runs/{run['id']}/processes")
        assert {event["runId"] for event in copy.events} == {run["id"]}
    assert early_run.passing, "while an agent talks its words come one by one"


def test_get_then_subscribe_has_no_hole(hub):
    project, _ = hub.project()
    epoch, seq = hub.position(project["id"])
    for number in range(5):
        hub.card(project, f"Card {number}")
    live = hub.live()
    copy = live.follow(f"project:{project['id']}", after=(epoch, seq))
    assert copy.joins[0]["recovered"] is True and "snapshot" not in copy.joins[0]
    copy_seqs = live.wait(lambda: len(copy.events) >= 5 and [event["seq"] for event in copy.events], "what was missed")
    assert copy_seqs == list(range(seq + 1, seq + 6))


def test_a_position_of_another_history_gets_a_snapshot(hub):
    project, _ = hub.project()
    hub.card(project, "Card")
    _, seq = hub.position(project["id"])
    copy = hub.live().follow(f"project:{project['id']}", after=("another", 1))
    assert copy.joins[0]["recovered"] is False
    assert copy.seq == seq and [card["title"] for card in copy.of("crd")] == ["Card"]


def test_events_over_rest_are_those_of_the_socket(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}", after=(hub.position(project["id"])[0], 0))
    card = hub.card(project, "Quiet", "demo: pace=0 paragraphs=2 approval=no")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_summary(run)
    live.wait_for_position(copy, hub.position(project["id"]))
    told = [{name: value for name, value in event.items() if name != "channel"} for event in copy.events]
    assert told == hub.list(f"/api/projects/{project['id']}/events", limit=7)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    of_run = [event for event in told if event.get("runId") == run["id"]]
    assert of_run == hub.list(f"/api/runs/{run['id']}/events", limit=7)


def test_filters_unsubscribe_and_presence(hub):
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    first, second = hub.live(), hub.live()
    copy = first.follow(channel, filter={"topics": ["card", "presence"]})
    second.follow(channel)
    first.wait(lambda: copy.viewers["local"]["connections"] == 2, "the other one watches")
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    hub.post(f"/api/boards/{board['id']}/columns", name="Not wanted", type="backlog")
    hub.card(project, "Wanted")
    first.wait(lambda: copy.events, "an event that the filter lets through")
    assert [event["type"] for event in copy.events] == ["card.created"]
    second.answer(second.send("unsubscribe", channel=channel))
    first.wait(lambda: copy.viewers["local"]["connections"] == 1, "the other one does not")
    hub.card(project, "After that")
    first.wait(lambda: len(copy.events) == 2, "the second card")
    assert second.answer(second.send("ping"))["type"] == "pong"
    assert not second.copies[channel].events_of("card.created")[1:]


def test_hello_ping_and_projects_by_slug(hub):
    project, _ = hub.project("by-slug")
    live = hub.live()
    assert live.hello["type"] == "hello" and live.hello["data"]["protocol"] == 1
    assert {"connectionId", "limits", "pingIntervalMs"} <= live.hello["data"].keys()
    assert live.answer(live.send("ping"))["type"] == "pong"
    # The smallest client there is: no id, no snapshot.
    live.send_text('{"type": "subscribe", "payload": {"projectId": "by-slug"}}')
    frame = live.wait(lambda: [frame for frame in live.frames if frame["type"] == "subscribed"], "subscribed")[0]
    assert frame["channel"] == f"project:{project['id']}" and "id" not in frame


def test_server_sent_events_resume_like_the_socket(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    path = f"/api/projects/{project['id']}/events/stream"

    def listen(count, headers):
        """So many events, and the position of the last."""
        with connect_sse(hub.http, "GET", path, headers=headers) as source:
            found = []
            for event in source.iter_sse():
                if event.event == "subscribed":
                    hub.card(project, "Made while somebody listens")
                elif event.event != "gap":
                    found.append(event)
                if len(found) == count:
                    return found

    first = listen(1, {})
    hub.card(project, "Made while nobody listened")
    rest = listen(2, {"Last-Event-ID": first[-1].id})
    live.wait(lambda: len(copy.events) == 3, "the same over the socket")
    for frame, event in zip(copy.events, first + rest):
        assert event.event == "card.created" and event.id == f"{copy.epoch}-{frame['seq']}"
        assert event.json() == {name: value for name, value in frame.items() if name != "channel"}


def test_batches(hub):
    project, _ = hub.project()
    live = hub.live(batch=True)
    copy = live.follow(f"project:{project['id']}")
    for number in range(10):
        hub.card(project, f"Card {number}")
    live.wait(lambda: len(copy.of("crd")) == 10, "ten cards")


def test_a_finished_page_of_cards_has_no_cursor(hub):
    project, _ = hub.project()
    for number in range(3):
        hub.card(project, f"Card {number}")
    page = hub.answer("GET", f"/api/projects/{project['id']}/cards", limit=2).json()
    assert len(page["data"]) == 2 and page["meta"]["nextCursor"]
    page = hub.answer("GET", f"/api/projects/{project['id']}/cards", limit=2, cursor=page["meta"]["nextCursor"]).json()
    assert len(page["data"]) == 1 and "nextCursor" not in page.get("meta", {})


def test_versions_guard_against_lost_changes(hub):
    project, _ = hub.project()
    card = hub.card(project, "Card")
    path = f"/api/cards/{card['id']}"
    tag = hub.answer("GET", path).headers["ETag"]
    assert re.fullmatch(r'"\d+"', tag)
    assert hub.http.patch(path, json={"title": "First"}, headers={"If-Match": tag}).status_code == 200
    refused = hub.http.patch(path, json={"title": "Second"}, headers={"If-Match": tag})
    assert refused.status_code == 412 and refused.json()["code"] == "VERSION_STALE"
    with pytest.raises(Problem) as error:
        hub.live().call("cards.update", card=card["id"], title="Third", version=1)
    assert error.value.status == 412


def test_a_page_that_is_open_elsewhere_cannot_act(hub):
    stranger = {"Origin": "https://elsewhere.example"}
    answer = hub.http.post("/api/projects", json={"path": "/"}, headers=stranger)
    assert answer.status_code == 403 and answer.json()["code"] == "ORIGIN_FORBIDDEN"
    rebound = httpx.get(f"{hub.url}/api/projects", headers={"Host": "elsewhere.example"}, trust_env=False)
    assert rebound.status_code == 403 and rebound.json()["code"] == "HOST_FORBIDDEN"
