"""The real Claude Code, end to end, against a scripted model on loopback."""
import base64
import pathlib

import pytest

import processes
from hub import running, secret
from problem import Problem
from scripted import Model, attach, begin, entries, given, installed, picture, said, tools
from waiting import until

GREETING = "hello from a scripted model\n"


def write(name, text=GREETING):
    return {"name": "Write", "input": {"file_path": name, "content": text}}


# The first whose `match` is in a conversation answers it, one turn for each call of the model.
SCRIPT = {"conversations": [
    {"match": "Carry on", "turns": [{"text": "I carry on."}] * 8},
    {"match": "Refine me", "turns": [
        {"text": "I would rather write.", "tools": [write("sneaky.txt")]},
        {"text": "It is clear.\n\n<prompt>\nWrite hello.txt with a greeting, and test it.\n</prompt>"},
        {"text": "As you like.\n<prompt>\nWrite hello.txt.\n</prompt>"}]},
    {"match": "Write a greeting", "turns": [
        {"text": "I will write the file.", "tools": [write("hello.txt")], "usage": {"input": 1200, "output": 80}},
        {"text": "Now I look at it.", "tools": [
            {"name": "Bash", "input": {"command": "wc -c hello.txt > size.txt", "description": "Count the bytes"}}],
         "usage": {"input": 1300, "output": 40}},
        {"text": "Done: **hello.txt** is written.", "usage": {"input": 1400, "output": 20}}]},
    {"match": "Be refused", "turns": [
        {"text": "I try.", "tools": [write("refused.txt")]}, {"text": "Then I leave it."}]},
    {"match": "Work in turns", "turns": [
        {"text": "The first half.", "tools": [write("first.txt")]}, {"text": "First half done."},
        {"text": "The second half.", "tools": [write("second.txt")]}, {"text": "Second half done."}]},
    {"match": "Run something else", "turns": [
        {"text": "I run it.", "tools": [{"name": "Bash", "input": {"command": "echo mine > ran.txt", "description": "x"}}]},
        {"text": "It ran."}]},
    {"match": "Ask me", "turns": [
        {"text": "I ask.", "tools": [{"name": "AskUserQuestion", "input": {"questions": [
            {"question": "Which colour?", "header": "Colour", "multiSelect": False, "options": [
                {"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cold"}]}]}}]},
        {"text": "So be it."}]},
    {"match": "Plan it", "turns": [
        # Where its plan has to be written the program tells the model alone.
        {"text": "I make a plan.", "tools": [write("{plan}", "1. write\n")]},
        {"text": "I have a plan.", "tools": [{"name": "ExitPlanMode", "input": {}}]},
        {"text": "I make a better plan.", "tools": [
            {"name": "Edit", "input": {"file_path": "{plan}", "old_string": "write", "new_string": "write 2. test"}}]},
        {"text": "I have a better plan.", "tools": [{"name": "ExitPlanMode", "input": {}}]},
        {"text": "Now I may work."}]},
    {"match": "Outlive the hub", "turns": [
        {"text": "I ask first.", "tools": [write("outlived.txt")]}, {"text": "It was allowed."}]},
    {"match": "Be busy", "turns": [
        {"text": "At last.", "error": {"status": 529, "type": "overloaded_error", "message": "busy", "times": 1}}]},
    {"match": "Look at the picture", "turns": [{"text": "I see it."}] * 4},
    {"match": "Lose the line", "turns": [
        {"text": "Half of it, and the other half.", "chunk": 8, "cut": True, "cut_times": 1}]},
    {"match": "Talk for long", "turns": [{"text": "And so on, and on. " * 40, "delay_ms": 100, "chunk": 8}]},
]}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    model = Model(tmp_path_factory.mktemp("model"), SCRIPT)
    yield model
    model.close()


@pytest.fixture(scope="module")
def agents(tmp_path_factory, model):
    claude = installed("agents/lib/python*/site-packages/claude_agent_sdk/_bundled/claude")
    if not claude:
        pytest.skip("the real Claude Code is not here: tools/setup --agents (needs PyPI's claude-agent-sdk)")
    home = tmp_path_factory.mktemp("claude-home")
    # It gets this and PATH, and so has nobody to talk to but the model here.
    variables = {
        "HOME": str(home), "ANTHROPIC_API_KEY": "dummy", "ANTHROPIC_BASE_URL": model.url,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1", "IS_SANDBOX": "1",
        # All tools are offered from the start, and none only when the model has searched for it.
        "ENABLE_TOOL_SEARCH": "false",
    }
    return {"claude-code": {"command": [str(claude)], "environment": variables, "inherit": ["PATH"]}}


@pytest.fixture(scope="module")
def hub(tmp_path_factory, agents):
    with running(tmp_path_factory.mktemp("hub"), agents=agents) as hub:
        yield hub


def test_a_card_becomes_a_merge(hub, model):
    project, repository, card, run, (starter, starter_copy), (judge, copy) = begin(
        hub, "claude-code", "greeting", "Write a greeting")
    columns = hub.columns(project)

    # It asks before it writes; the second client answers.
    approval = judge.wait_for_approval(copy, run)
    assert approval["tool"] == "Write" and approval["input"]["content"] == GREETING
    now = hub.run(run)
    assert now["status"] == "waiting" and now["waitingFor"] == "approval"
    file = pathlib.Path(now["worktreePath"]) / "hello.txt"
    assert not file.exists()
    working = hub.get(f"/api/cards/{card['id']}")
    assert working["status"] == "inprogress" and working["columnId"] == columns["active"]["id"]

    process, = hub.get(f"/api/runs/{run['id']}/processes")
    seen = processes.environment(process["pid"])
    assert seen["ANTHROPIC_BASE_URL"] == model.url and secret not in seen and "ROOST_ROOTS" not in seen

    assert judge.call("approvals.answer", approval=approval["id"], decision="approve")["status"] == "approved"
    with pytest.raises(Problem) as late:
        starter.call("approvals.answer", approval=approval["id"], decision="deny")
    assert late.value.status == 409 and late.value.document["currentStatus"] == "approved"
    until(file.exists, "the file is in the worktree")
    assert file.read_text() == GREETING

    # It asks again before it runs a command.
    approval = judge.wait_for_approval(copy, run)
    assert approval["tool"] == "Bash" and approval["type"] == "command"
    judge.call("runs.approve", run=run["id"], decision="approve")

    done = starter.wait_for_run(starter_copy, run, "completed")
    assert [tool["status"] for tool in tools(hub, run)] == ["success", "success"]
    assert said(hub, run)[-1] == "Done: **hello.txt** is written."
    assert done["usage"]["inputTokens"] >= 1200 and done["usage"]["outputTokens"] >= 20
    assert done["usage"]["costUsd"] > 0
    assert done["diff"]["filesChanged"] == 2
    until(lambda: hub.get(f"/api/cards/{card['id']}")["status"] == "inreview", "the card is to be looked at")

    diff = hub.get(f"/api/runs/{run['id']}/diff")
    files = {file["path"]: file for file in diff["files"]}
    assert files.keys() == {"hello.txt", "size.txt"}
    assert files["hello.txt"]["kind"] == "added" and f"+{GREETING}" in files["hello.txt"]["patch"]

    merged = hub.post(f"/api/runs/{run['id']}/merge")
    assert merged["merge"] == "merged" and merged["mergeCommit"] == repository.git("rev-parse", "main").strip()
    assert repository.show("main", "hello.txt") == GREETING
    assert (repository.path / "hello.txt").read_text() == GREETING, "main is checked out, and shows it"
    assert repository.git("status", "--porcelain") == ""
    finished = starter.wait(
        lambda: starter_copy.things[card["id"]]["status"] == "done" and starter_copy.things[card["id"]], "card done")
    assert finished["columnId"] == columns["done"]["id"]
    until(lambda: not repository.worktrees(), "the worktree is not needed any more")
    with pytest.raises(Problem) as again:
        hub.post(f"/api/runs/{run['id']}/merge")
    assert again.value.status == 409 and again.value.document["currentStatus"] == "completed"


def test_a_denial_reaches_the_model(hub, model):
    _, repository, card, run, _, (judge, copy) = begin(hub, "claude-code", "refused", "Be refused")
    approval = judge.wait_for_approval(copy, run)
    judge.call("approvals.answer", approval=approval["id"], decision="deny", reason="Ask me again on Monday.")
    done = judge.wait_for_run(copy, run, "completed")
    assert model.was_told("Ask me again on Monday.")
    assert [tool["status"] for tool in tools(hub, run)] == ["denied"]
    assert said(hub, run)[-1] == "Then I leave it."
    assert done["diff"]["filesChanged"] == 0 and hub.get(f"/api/runs/{run['id']}/diff")["files"] == []
    with pytest.raises(Problem) as error:
        hub.post(f"/api/runs/{run['id']}/merge")
    assert error.value.status == 409
    until(lambda: not repository.worktrees(), "nothing was changed, so nothing is kept")


def test_a_follow_up_goes_on_in_session_and_worktree(hub, model):
    project, repository, card, run, (live, copy), _ = begin(hub, "claude-code", "turns", "Work in turns")
    approval = live.wait_for_approval(copy, run)
    live.call("approvals.answer", approval=approval["id"], decision="approve")
    # From now on the project's policy answers: it may write.
    hub.patch(f"/api/projects/{project['id']}/policy", allow=["Write*"])
    first = live.wait_for_run(copy, run, "completed")
    assert first["diff"]["filesChanged"] == 1

    hub.post(f"/api/runs/{run['id']}/messages", text="And now the other half.")
    live.wait(lambda: len(copy.events_of("run.completed")) == 2, "the second turn has ended")
    second = hub.run(run)
    assert second["sessionId"] == first["sessionId"] and second["branch"] == first["branch"]
    assert second["worktreePath"] == first["worktreePath"]
    assert second["usage"]["costUsd"] > first["usage"]["costUsd"]
    assert said(hub, run)[-1] == "Second half done."
    assert len(hub.get(f"/api/runs/{run['id']}/processes")) == 2
    questions = hub.list(f"/api/projects/{project['id']}/approvals")
    assert [question["decidedBy"]["type"] for question in questions] == ["user", "system"], "policy answered the second"
    assert {file["path"] for file in hub.get(f"/api/runs/{run['id']}/diff")["files"]} == {"first.txt", "second.txt"}
    hub.post(f"/api/runs/{run['id']}/merge", strategy="squash")
    assert repository.show("main", "second.txt") == GREETING


def test_a_stopped_run_can_go_on(hub):
    _, _, _, run, (live, _), _ = begin(hub, "claude-code", "stopped", "Talk for long")
    copy = live.follow(f"run:{run['id']}")
    live.wait(lambda: any(frame["type"] == "entry.delta" for frame in copy.passing), "it talks")
    process, = hub.get(f"/api/runs/{run['id']}/processes")
    assert live.call("runs.stop", run=run["id"])["status"] == "paused"
    until(lambda: not processes.is_alive(process["pid"]), "the agent is gone")
    until(lambda: hub.get(f"/api/runs/{run['id']}/processes")[0]["status"] == "killed", "its process is settled")
    with pytest.raises(Problem) as error:
        hub.post(f"/api/runs/{run['id']}/stop")
    assert error.value.status == 409 and error.value.document["currentStatus"] == "paused"
    live.call("runs.message", run=run["id"], text="Carry on")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run)[-1] == "I carry on."


def test_a_question_is_answered_with_what_was_chosen(hub, model):
    _, _, _, run, _, (judge, copy) = begin(hub, "claude-code", "question", "Ask me")
    approval = judge.wait_for_approval(copy, run)
    assert approval["type"] == "question" and hub.run(run)["waitingFor"] == "input"
    question, = approval["input"]["questions"]
    assert [option["label"] for option in question["options"]] == ["Red", "Blue"]
    judge.call("approvals.answer", approval=approval["id"], decision="approve", answers={"Which colour?": "Blue"})
    judge.wait_for_run(copy, run, "completed")
    assert model.was_told('\\"Which colour?\\"=\\"Blue\\"') and said(hub, run)[-1] == "So be it."
    assert [(tool["action"], tool["status"]) for tool in tools(hub, run)] == [("ask_user_question", "success")]


def test_an_edited_command_is_what_runs(hub):
    _, repository, _, run, _, (judge, copy) = begin(hub, "claude-code", "edited", "Run something else")
    approval = judge.wait_for_approval(copy, run)
    judge.call("approvals.answer", approval=approval["id"], decision="approve",
               edited=approval["input"] | {"command": "echo theirs > ran.txt"})
    judge.wait_for_run(copy, run, "completed")
    assert repository.show(hub.run(run)["branch"], "ran.txt") == "theirs\n"
    tool, = tools(hub, run)
    assert (tool["title"], tool["status"], tool["exitCode"]) == ("echo theirs > ran.txt", "success", 0)


def test_a_budget_of_tokens_holds_amid_a_turn(hub):
    _, _, _, run, _, (judge, copy) = begin(
        hub, "claude-code", "budget", "Write a greeting", budget={"tokens": 1_000})
    paused = judge.wait_for_run(copy, run, "paused")
    assert paused["pause"]["agent"] == "frozen" and paused["pause"]["reason"] == "budget"
    assert "tokens" in paused["pause"]["detail"] and paused["usage"]["inputTokens"] == 1200
    hub.patch(f"/api/runs/{run['id']}", budget={"tokens": 100_000})
    hub.post(f"/api/runs/{run['id']}/resume")
    for tool in ("Write", "Bash"):
        approval = judge.wait(
            lambda: next(iter(copy.of("apr", runId=run["id"], status="pending", tool=tool)), None), f"it asks about {tool}")
        judge.call("approvals.answer", approval=approval["id"], decision="approve")
    done = judge.wait_for_run(copy, run, "completed")
    assert (done["usage"]["inputTokens"], done["usage"]["outputTokens"]) == (3900, 140), "each counts once"


def test_a_plan_is_revised_and_approved(hub, model):
    _, _, _, run, _, (judge, copy) = begin(hub, "claude-code", "plan", "Plan it", options={"permissionMode": "plan"})
    approval = judge.wait_for_approval(copy, run)
    assert approval["type"] == "plan" and hub.run(run)["waitingFor"] == "plan"
    assert approval["input"]["plan"] == "1. write\n", "whoever decides sees what is planned"
    judge.call("approvals.answer", approval=approval["id"], decision="deny", reason="And where are the tests?")
    second = judge.wait(
        lambda: [one for one in copy.of("apr", runId=run["id"], status="pending") if one["id"] != approval["id"]],
        "it has another plan")[0]
    assert second["type"] == "plan" and model.was_told("And where are the tests?")
    assert second["input"]["plan"] == "1. write 2. test\n"
    judge.call("approvals.answer", approval=second["id"], decision="approve")
    judge.wait_for_run(copy, run, "completed")
    assert said(hub, run)[-1] == "Now I may work."


def test_it_outlives_the_hub(tmp_path, agents):
    with running(tmp_path, agents=agents) as hub:
        _, _, _, run, _, _ = begin(hub, "claude-code", "outlived", "Outlive the hub")
        approval = until(
            lambda: next(iter(hub.list(f"/api/projects/{run['projectId']}/approvals", status="pending")), None), "it asks")
        process, = hub.get(f"/api/runs/{run['id']}/processes")
        hub.restart()
        assert processes.is_alive(process["pid"]), "it waits through the restart"
        hub.post(f"/api/approvals/{approval['id']}/answer", decision="approve")
        done = hub.wait_for_run(run, "completed")
        assert said(hub, run) == ["I ask first.", "It was allowed."]
        hub.restart()
        hub.post(f"/api/runs/{run['id']}/messages", text="And now?")
        until(lambda: len(said(hub, run)) == 3, "it has answered")
        assert hub.wait_for_run(run, "completed")["sessionId"] == done["sessionId"]


def test_a_busy_model_is_asked_again_and_it_is_told(hub):
    _, _, _, run, (live, copy), _ = begin(hub, "claude-code", "busy", "Be busy")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run) == ["At last."]
    assert any("does not answer" in content["text"] for content in entries(hub, run, "system_message"))


def test_pictures_are_shown_to_the_model(hub, model):
    project, _ = hub.project("pictures")
    card = hub.card(project, "Look at the picture")
    attach(hub, card, "first.png", picture(10))
    attach(hub, card, "notes.txt", b"no picture")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="claude-code", start=True)
    hub.wait_for_run(run, "completed")
    assert model.was_told(base64.b64encode(picture(10)).decode()), "the card's own picture, as it is"
    assert model.was_told("image/png") and model.was_told("(notes.txt)") and given(hub, run) == [["first.png", "notes.txt"]]
    assert hub.run(run)["diff"]["filesChanged"] == 0, "git sees nothing of them"

    second = attach(hub, card, "second.png", picture(200))
    hub.post(f"/api/runs/{run['id']}/messages", text="And this?", attachments=[second["id"]])
    until(lambda: len(said(hub, run)) == 2, "it has answered")
    assert model.was_told(base64.b64encode(picture(200)).decode()), "a picture that comes with a message"
    assert given(hub, run)[-1] == ["second.png"]


def test_a_cut_stream_is_begun_anew(hub):
    _, _, _, run, (live, copy), _ = begin(hub, "claude-code", "cut", "Lose the line")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run)[-1] == "Half of it, and the other half."
    assert hub.run(run)["summary"] == "Half of it, and the other half."
