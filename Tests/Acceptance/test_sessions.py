"""Conversations that change nothing, from outside: a card's task that is refined, the project's assistant, and what runs came to."""
import pytest

from hub import running
from problem import Problem
from test_real_agent import agents, model  # noqa: F401, fixtures
from waiting import until

QUICK = "demo: pace=0 paragraphs=1"


def refused(act, *arguments, **members):
    with pytest.raises(Problem) as problem:
        act(*arguments, **members)
    return problem.value


def answered(hub, session, turns=1):
    run = f"/api/runs/{session['runId']}"
    until(lambda: len(hub.get(f"{run}/processes")) == turns and hub.get(run)["status"] == "completed", "it has answered")
    return hub.get(f"/api/sessions/{session['id']}")


def untouched(repository):
    until(lambda: repository.git("branch", "--list", "roost/*") == "", "worktree and branch are put away")
    assert repository.git("status", "--porcelain") == ""


def test_a_task_is_refined_and_accepted_into_its_card(shared_hub):
    hub = shared_hub
    project, repository = hub.project("refine")
    card = hub.card(project, "Dark theme", "As the designers said.")
    watcher = hub.live().follow(f"card:{card['id']}")
    session = hub.post(
        f"/api/projects/{project['id']}/sessions", kind="plan", cardId=card["id"], provider="demo",
        text=f"Make it short.\n{QUICK}")
    other = refused(hub.post, f"/api/projects/{project['id']}/sessions", kind="plan", cardId=card["id"], provider="demo")
    assert (other.code, other.document["sessionId"]) == ("ILLEGAL_TRANSITION", session["id"])
    session = answered(hub, session)
    assert session["proposal"] == "Refined: Make it short."
    said = hub.list(f"/api/sessions/{session['id']}/messages")
    assert {"user_message", "assistant_message"} <= {entry["content"]["kind"] for entry in said}
    told = hub.post(f"/api/sessions/{session['id']}/messages", text=f"<prompt> it again\nFor phones too.\n{QUICK}")
    assert told["status"] == "open"
    session = answered(hub, session, turns=2)
    assert session["proposal"] == "Refined: For phones too."
    hub.patch(f"/api/cards/{card['id']}", labels=["ui"])
    stale = refused(hub.post, f"/api/sessions/{session['id']}/accept")
    assert stale.code == "VERSION_STALE"
    version = hub.get(f"/api/cards/{card['id']}")["version"]
    assert hub.post(f"/api/sessions/{session['id']}/accept", cardVersion=version)["status"] == "accepted"
    changed = hub.get(f"/api/cards/{card['id']}")
    assert (changed["prompt"], changed["status"], changed["labels"]) == ("Refined: For phones too.", "todo", ["ui"])
    assert refused(hub.post, f"/api/sessions/{session['id']}/messages", text="More").document["currentStatus"] == "accepted"
    untouched(repository)
    kinds = [event["type"] for event in hub.events(project["id"])]
    assert {"session.created", "session.updated", "session.accepted"} <= set(kinds) and "run.summary" not in kinds
    until(lambda: watcher.of("ses", status="accepted"), "who watches the card sees it")


def test_a_projects_assistant_goes_on_after_the_hub_did(tmp_path):
    with running(tmp_path / "hub") as hub:
        project, _ = hub.project("assistant")
        path = f"/api/projects/{project['id']}/sessions"
        assert hub.list(path, kind="assistant", status="open") == []
        session = hub.post(path, kind="assistant", provider="demo", text=f"What is here?\n{QUICK}")
        answered(hub, session)
        hub.restart()
        assert [each["id"] for each in hub.list(path, kind="assistant", status="open")] == [session["id"]]
        hub.post(f"/api/sessions/{session['id']}/messages", text=f"And now?\n{QUICK}")
        answered(hub, session, turns=2)
        words = [entry["content"]["text"] for entry in hub.list(f"/api/sessions/{session['id']}/messages")
                 if entry["content"]["kind"] == "user_message"]
        assert "What is here?" in words[0] and words[1].startswith("And now?")
        copy = hub.live().follow(f"project:{project['id']}")
        assert [each["id"] for each in copy.of("ses", status="open")] == [session["id"]]
        assert hub.post(f"/api/sessions/{session['id']}/cancel")["status"] == "cancelled"
        assert "session.cancelled" in [event["type"] for event in hub.events(project["id"])]
        assert hub.post(path, kind="assistant", provider="demo", text=QUICK)["id"] != session["id"]


def test_a_run_is_summed_up_and_put_into_words(shared_hub):
    hub = shared_hub
    project, _ = hub.project("summed")
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", start=True, prompt=f"A note\n{QUICK} approval=no")
    hub.wait_for_run(run, "completed")
    until(lambda: "run.summary" in [event["type"] for event in hub.events(project["id"])], "it is told")
    summary = hub.get(f"/api/runs/{run['id']}/summary")
    assert {file["path"] for file in summary["changedFiles"]} == {"notes/a-note.md", "src/a-note.js"}
    assert (summary["docs"], summary["tests"], summary["status"]) == (["notes/a-note.md"], [], "completed")
    assert summary["commands"] == [{"line": "git status --short", "status": "success", "exitCode": 0}]
    assert summary["risks"] == ["it changed no tests"] and "text" not in summary
    asked = hub.post(f"/api/runs/{run['id']}/summary", provider="demo")
    assert asked["purpose"] == "summary"
    hub.wait_for_run(asked, "completed")
    summary = hub.get(f"/api/runs/{run['id']}/summary")
    assert summary["textRunId"] == asked["id"] and summary["text"]


def test_the_real_claude_code_refines_and_changes_nothing(tmp_path, agents, model):  # noqa: F811
    with running(tmp_path / "hub", agents=agents) as hub:
        project, repository = hub.project("real")
        card = hub.card(project, "Refine me", "Say hello.")
        session = hub.post(
            f"/api/projects/{project['id']}/sessions", kind="plan", cardId=card["id"], provider="claude-code",
            text="Look closely.")
        session = answered(hub, session)
        assert session["proposal"] == "Write hello.txt with a greeting, and test it."
        assert hub.get(f"/api/runs/{session['runId']}")["options"]["permissionMode"] == "plan"
        hub.post(f"/api/sessions/{session['id']}/messages", text="Shorter, please.")
        session = answered(hub, session, turns=2)
        assert session["proposal"] == "Write hello.txt."
        hub.post(f"/api/sessions/{session['id']}/accept")
        assert hub.get(f"/api/cards/{card['id']}")["prompt"] == "Write hello.txt."
        untouched(repository)
        assert model.was_told("Say hello.") and not (repository.path / "sneaky.txt").exists()
