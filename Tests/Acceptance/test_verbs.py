"""A story for each verb that no other story tells: what it answers, and what it is told as."""
import pytest
from httpx_sse import connect_sse

from hub import running
from problem import Problem
from test_access import People
from test_scripts import said
from waiting import until

QUICK = "demo: pace=0 paragraphs=1 approval=no"


def types(hub, project):
    return [event["type"] for event in hub.events(project["id"])]


def demo(hub, project, prompt="Write a note", **members):
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", start=True, prompt=f"{prompt}\n{QUICK}", **members)
    return hub.wait_for_run(run, "completed")


def command(hub, project, *argv):
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": argv}, start=True)
    return hub.wait_for_run(run, "completed", "failed")


def test_boards_and_columns(shared_hub):
    project, _ = shared_hub.project("boards")
    board = shared_hub.post(f"/api/projects/{project['id']}/boards", name="Second")
    assert shared_hub.patch(f"/api/boards/{board['id']}", name="Renamed")["name"] == "Renamed"
    column = shared_hub.post(f"/api/boards/{board['id']}/columns", name="Ideas", type="backlog")
    shared_hub.delete(f"/api/columns/{column['id']}")
    shared_hub.delete(f"/api/boards/{board['id']}")
    told = [name for name in types(shared_hub, project) if name.startswith("board.")]
    assert told[-3:] == ["board.created", "board.updated", "board.deleted"]
    assert "column.deleted" in types(shared_hub, project)


def test_a_column_or_a_board_goes_with_its_cards_when_that_is_said(shared_hub):
    hub = shared_hub
    project, _ = hub.project("emptied")
    path = f"/api/projects/{project['id']}"
    board = hub.post(f"{path}/boards", name="Second", template="review")
    columns = hub.get(f"/api/boards/{board['id']}/columns")
    cards = [hub.post(f"{path}/cards", title=f"Card {number}", columnId=columns[number // 2]["id"]) for number in range(4)]
    outside = hub.post(f"{path}/cards", title="Stays", blockedBy=[cards[0]["id"]])
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    with pytest.raises(Problem) as refused:
        hub.answer("DELETE", f"/api/columns/{columns[0]['id']}")
    assert (refused.value.code, refused.value.document["cards"]) == ("NOT_EMPTY", 2)
    assert hub.answer("DELETE", f"/api/columns/{columns[0]['id']}", withCards=True).status_code == 204
    run = hub.post(f"/api/cards/{cards[2]['id']}/runs", provider="command", options={"argv": ["sleep", "60"]}, start=True)
    with pytest.raises(Problem) as refused:
        hub.answer("DELETE", f"/api/boards/{board['id']}", withCards=True)
    assert refused.value.code == "ILLEGAL_TRANSITION", "not while a run of one is at work"
    hub.post(f"/api/runs/{run['id']}/cancel")
    assert hub.answer("DELETE", f"/api/boards/{board['id']}", withCards=True).status_code == 204
    assert [row["id"] for row in hub.list(f"{path}/cards")] == [outside["id"]]
    assert "blockedBy" not in hub.get(f"/api/cards/{outside['id']}")
    live.wait(lambda: copy.events_of("board.deleted"), "it is told")
    assert [event["data"]["id"] for event in copy.events_of("card.deleted")] == [row["id"] for row in cards]
    assert [row["id"] for row in copy.of("crd")] == [outside["id"]]


def test_a_draft_of_a_run_is_changed_until_it_is_started(shared_hub):
    project, repository = shared_hub.project("drafted")
    repository.git("branch", "other")
    run = shared_hub.post(f"/api/projects/{project['id']}/runs", provider="demo", prompt="First")
    path = f"/api/runs/{run['id']}"
    changed = shared_hub.patch(path, prompt=f"Second\n{QUICK}", targetBranch="other", version=run["version"])
    assert (changed["prompt"], changed["targetBranch"], changed["status"]) == (f"Second\n{QUICK}", "other", "draft")
    other = shared_hub.patch(path, provider="command", options={"argv": ["true"]})
    assert (other["provider"], other["options"]) == ("command", {"argv": ["true"]})
    for wrong in ({"targetBranch": "none"}, {"provider": "demo", "options": {"argv": ["true"]}}):
        with pytest.raises(Problem) as refused:
            shared_hub.patch(path, **wrong)
        assert refused.value.code == "VALIDATION_FAILED", wrong
    assert shared_hub.patch(path, provider="demo")["options"] == {}, "another agent's options are its own"
    shared_hub.post(f"{path}/start")
    done = shared_hub.wait_for_run(run, "completed")
    assert (done["provider"], done["targetBranch"]) == ("demo", "other")
    with pytest.raises(Problem) as late:
        shared_hub.patch(path, prompt="Late")
    assert (late.value.code, late.value.document["currentStatus"]) == ("ILLEGAL_TRANSITION", "completed")


def test_the_last_turn_is_tried_again_where_it_failed(shared_hub):
    project, _ = shared_hub.project("turn")
    failed = command(shared_hub, project, "sh", "-c", "test -e seen || { touch seen; exit 1; }")
    assert failed["status"] == "failed"
    retried = shared_hub.post(f"/api/runs/{failed['id']}/retry", sameSession=True)
    assert (retried["attempt"], retried["branch"]) == (1, failed["branch"])
    done = shared_hub.wait_for_run(failed, "completed")
    assert done["worktreePath"] == failed["worktreePath"]
    assert len(shared_hub.get(f"/api/runs/{failed['id']}/processes")) == 2
    with pytest.raises(Problem) as again:
        shared_hub.post(f"/api/runs/{failed['id']}/retry", sameSession=True)
    assert again.value.code == "ILLEGAL_TRANSITION"


def test_a_card_goes_one_column_further_when_it_is_approved(shared_hub):
    project, _ = shared_hub.project("advance")
    board = shared_hub.get(f"/api/projects/{project['id']}/boards")[0]
    first = shared_hub.columns(project)["active"]
    shared_hub.patch(f"/api/columns/{first['id']}", prompt=f"Write\n{QUICK}")
    second = shared_hub.post(
        f"/api/boards/{board['id']}/columns", name="Review", type="active", prompt=f"Look at it\n{QUICK}")
    card = shared_hub.card(project, "Twice", QUICK)
    run = shared_hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    shared_hub.wait_for_run(run, "completed")
    assert shared_hub.get(f"/api/cards/{card['id']}")["columnId"] == first["id"], "work has moved it"
    moved = shared_hub.post(f"/api/cards/{card['id']}/approve-auto")
    assert moved["columnId"] == second["id"]
    until(lambda: len(shared_hub.get(f"/api/runs/{run['id']}/processes")) == 2, "it goes on there")
    shared_hub.wait_for_run(run, "completed")


def test_runs_go_on_in_four_ways(shared_hub):
    project, _ = shared_hub.project("again")
    run = demo(shared_hub, project)
    path = f"/api/runs/{run['id']}"
    assert shared_hub.patch(path, priority=3, pinned=True)["priority"] == 3
    assert shared_hub.post(f"{path}/relay", text=QUICK)["status"] == "queued"
    shared_hub.wait_for_run(run, "completed")
    first, second = shared_hub.get(f"{path}/processes")
    shared_hub.post(f"{path}/replace", processId=second["id"], text=f"Otherwise\n{QUICK}")
    shared_hub.wait_for_run(run, "completed")
    assert "droppedAt" in shared_hub.get(f"/api/processes/{second['id']}")
    assert "droppedAt" not in shared_hub.get(f"/api/processes/{first['id']}")
    other = shared_hub.post(f"{path}/relaunch")
    assert other["relaunchOf"] == run["id"] and other["id"] != run["id"]
    shared_hub.wait_for_run(other, "completed")
    failed = command(shared_hub, project, "false")
    assert failed["status"] == "failed"
    retried = shared_hub.post(f"/api/runs/{failed['id']}/retry")
    assert (retried["id"], retried["attempt"]) == (failed["id"], 2)
    assert {"run.retried", "run.updated", "process.updated"} <= set(types(shared_hub, project))


def test_a_script_is_typed_to_in_a_terminal_of_any_size(shared_hub):
    project, _ = shared_hub.project("terminal")
    dev = {"argv": ["sh", "-c", "read line; echo \"heard $line on $(stty size)\"; sleep 1000"],
           "terminal": {"columns": 80, "rows": 24}}
    shared_hub.patch(f"/api/projects/{project['id']}", scripts={"dev": dev})
    run = command(shared_hub, project, "touch", "kept")
    process = shared_hub.post(f"/api/runs/{run['id']}/scripts", script="dev")
    until(lambda: shared_hub.get(f"/api/processes/{process['id']}")["status"] == "running", "it is there")
    shared_hub.post(f"/api/processes/{process['id']}/resize", columns=132, rows=43)
    shared_hub.post(f"/api/processes/{process['id']}/input", text="hello\n")
    text, offset = "", 0
    while "heard" not in text or "\n" not in text.partition("heard")[2]:
        more, offset = said(shared_hub, process, offset)
        text += more
    assert "heard hello on 43 132" in text
    shared_hub.post(f"/api/processes/{process['id']}/stop")


def test_consumers_are_changed_wound_and_taken_away(shared_hub):
    project, _ = shared_hub.project("consumers")
    bot = shared_hub.post(f"/api/projects/{project['id']}/consumers", name="bot", filter={"topics": ["card"]})["consumer"]
    path = f"/api/consumers/{bot['id']}"
    card = shared_hub.card(project, "Told twice")

    def pulled():
        return [each["event"]["data"]["id"] for each in shared_hub.post(f"{path}/pull", waitMs=5_000)]

    assert pulled() == [card["id"]]
    shared_hub.post(f"{path}/seek", to="oldest")
    assert pulled() == [card["id"]]
    assert shared_hub.patch(path, name="renamed", inFlightMax=1)["name"] == "renamed"
    shared_hub.delete(path)
    with pytest.raises(Problem) as gone:
        shared_hub.get(path)
    assert gone.value.code == "CONSUMER_NOT_FOUND"
    assert [name for name in types(shared_hub, project) if name.startswith("consumer.")][-1] == "consumer.deleted"


def test_members_get_another_role_and_an_administrator_stays(hub):
    project, _ = hub.project()
    people = People(hub)
    people.add("ada")
    member = people.join(project, "ada", "viewer")
    assert hub.patch(f"/api/members/{member['id']}", role="editor")["role"] == "editor"
    with pytest.raises(Problem) as last:
        hub.patch(f"/api/users/{hub.get('/api/me')['user']['id']}", status="disabled")
    assert last.value.code == "LAST_ADMIN"


def test_a_runs_stream_tells_of_its_entries_and_processes(shared_hub):
    project, _ = shared_hub.project("stream")
    run = demo(shared_hub, project)
    epoch, _ = shared_hub.position(project["id"])
    seen = []
    with connect_sse(shared_hub.http, "GET", f"/api/runs/{run['id']}/events/stream",
                     headers={"Last-Event-ID": f"{epoch}-0"}) as stream:
        for event in stream.iter_sse():
            seen.append(event.event)
            if event.event == "run.completed":
                break
    assert {"subscribed", "entry.added", "process.created", "process.completed"} <= set(seen)


def test_all_projects_are_one_stream(shared_hub):
    one, _ = shared_hub.project("one")
    two, _ = shared_hub.project("two")
    with connect_sse(shared_hub.http, "GET", "/api/events") as stream:
        events = stream.iter_sse()
        assert next(events).event == "subscribed"
        cards = [shared_hub.card(project, "Told")["id"] for project in (one, two)]
        told = []
        while len(told) < 2:
            event = next(events)
            if event.event == "card.created":
                told.append(event.json()["data"]["id"])
    assert sorted(told) == sorted(cards)


def test_a_restore_is_told(shared_hub):
    project, _ = shared_hub.project("restore")
    run = command(shared_hub, project, "sh", "-c", "echo one > note.txt")
    made = shared_hub.post(f"/api/runs/{run['id']}/snapshots")
    shared_hub.post(f"/api/runs/{run['id']}/snapshots/{made['id']}/restore")
    assert types(shared_hub, project)[-1] == "snapshot.restored"


def test_a_question_that_nobody_answers_expires(tmp_path):
    with running(tmp_path / "hub", approvalExpirySeconds=1) as hub:
        project, _ = hub.project()
        run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", start=True,
                       prompt="Ask\ndemo: pace=0 paragraphs=1")
        until(lambda: "approval.expired" in types(hub, project), "it has expired")
        hub.wait_for_run(run, "completed", "failed")
        approval, = hub.list(f"/api/projects/{project['id']}/approvals")
        assert approval["status"] == "timed_out"
