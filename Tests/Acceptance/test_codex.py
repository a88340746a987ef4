"""The real Codex, end to end, against a scripted model on loopback."""
import pathlib
import sys
import tempfile

import pytest

import processes
from hub import running, secret
from scripted import Model, attach, begin, cache, entries, given, installed, picture, said, tools
from waiting import until

GREETING = "hello from a scripted model\n"


def run_command(line):
    return {"name": "exec_command", "input": {"cmd": line}}


def patch(name, text=GREETING):
    """Codex takes this command for an edit of its own."""
    lines = "".join(f"+{line}\n" for line in text.splitlines())
    return run_command(f"apply_patch <<'P'\n*** Begin Patch\n*** Add File: {name}\n{lines}*** End Patch\nP")


SCRIPT = {"conversations": [
    {"match": "Carry on", "turns": [{"text": "I carry on."}] * 9},
    {"match": "Write a greeting", "turns": [
        {"text": "I will write the file.", "tools": [patch("hello.txt")], "usage": {"input": 1200, "output": 80}},
        {"text": "Now I look at it.", "tools": [run_command("wc -c hello.txt > size.txt")],
         "usage": {"input": 1300, "output": 40}},
        {"text": "Done: **hello.txt** is written.", "usage": {"input": 1400, "output": 20}}]},
    {"match": "Be refused", "turns": [
        {"text": "I try.", "tools": [patch("refused.txt")]},
        {"text": "Then a command.", "tools": [run_command("touch refused.txt")]},
        {"text": "Then I leave it."}]},
    {"match": "Talk for long", "turns": [{"text": "And so on, and on. " * 40, "delay_ms": 100, "chunk": 8}]},
    {"match": "Outlive the hub", "turns": [
        {"text": "I ask first.", "tools": [run_command("echo outlived > outlived.txt")]}, {"text": "It was allowed."}]},
    {"match": "Be busy", "turns": [
        {"text": "At last.", "error": {"status": 529, "type": "overloaded_error", "message": "busy", "times": 2}}]},
    {"match": "Lose the line", "turns": [{"text": "Half of it", "cut": True}]},
    {"match": "Use it up", "turns": [
        {"error": {"status": 429, "type": "usage_limit_reached", "message": "used up", "times": 99}}]},
    {"match": "Have no key", "turns": [{"error": {"status": 401, "message": "no such key", "times": 99}}]},
    {"match": "Ask me", "turns": [
        {"text": "I ask.", "tools": [{"name": "mcp__asker.choose", "input": {}}]}, {"text": "So be it."}]},
    {"match": "Look at the picture", "turns": [{"text": "I see it."}] * 4},
    {"match": "One shot", "turns": [
        {"text": "I write.", "tools": [run_command("echo one > shot.txt")], "usage": {"input": 100, "output": 7}},
        {"text": "Shot."}]},
]}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    model = Model(tmp_path_factory.mktemp("model"), SCRIPT)
    yield model
    model.close()


@pytest.fixture(scope="module")
def agents(model):
    """The settings for an agent that has nobody to talk to but the model here."""
    codex = installed("codex/lib/python*/site-packages/codex_cli_bin/bin/codex")
    if not codex:
        pytest.skip("the real Codex is not here: tools/setup --agents (needs PyPI's openai-codex-cli-bin)")
    # Not in /tmp: there Codex makes no helper for its own sandbox.
    with tempfile.TemporaryDirectory(prefix="codex-home-", dir=cache(), ignore_cleanup_errors=True) as home:
        yield settings(codex, pathlib.Path(home), model)


def settings(codex, home, model):
    (home / "config.toml").write_text(
        'model = "scripted-model"\nmodel_provider = "scripted"\n[model_providers.scripted]\nname = "scripted"\n'
        f'base_url = "{model.url}/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\n'
        "request_max_retries = 3\nstream_max_retries = 2\n")
    variables = {"HOME": str(home), "CODEX_HOME": str(home), "SCRIPTED_KEY": "dummy"}
    return {"codex": {"command": [str(codex)], "environment": variables, "inherit": ["PATH"]}}


@pytest.fixture(scope="module")
def hub(tmp_path_factory, agents):
    with running(tmp_path_factory.mktemp("hub"), agents=agents) as hub:
        yield hub


def ask_first(hub, name, title):
    return begin(hub, "codex", name, title, options={"permissionMode": "default"})


def test_a_card_becomes_a_merge(hub, model):
    project, repository, card, run, (starter, starter_copy), (judge, copy) = ask_first(
        hub, "greeting", "Write a greeting")

    # It asks before it edits; the second client answers.
    approval = judge.wait_for_approval(copy, run)
    assert approval["tool"] == "apply_patch" and approval["title"] == "apply_patch: hello.txt"
    now = hub.run(run)
    assert now["status"] == "waiting" and now["waitingFor"] == "approval"
    file = pathlib.Path(now["worktreePath"]) / "hello.txt"
    assert not file.exists()
    process, = hub.get(f"/api/runs/{run['id']}/processes")
    seen = processes.environment(process["pid"])
    assert secret not in seen and seen["SCRIPTED_KEY"] == "dummy"
    judge.call("approvals.answer", approval=approval["id"], decision="approve")
    until(file.exists, "the file is in the worktree")
    assert file.read_text() == GREETING

    # It asks again before it runs a command.
    approval = judge.wait_for_approval(copy, run)
    assert approval["type"] == "command" and approval["title"] == "wc -c hello.txt > size.txt"
    judge.call("runs.approve", run=run["id"], decision="approve")

    done = starter.wait_for_run(starter_copy, run, "completed")
    assert [(tool["action"], tool["status"]) for tool in tools(hub, run)] == [
        ("file_edit", "success"), ("command_run", "success")], tools(hub, run)
    assert said(hub, run)[-1] == "Done: **hello.txt** is written."
    assert done["usage"]["inputTokens"] == 3900 and done["usage"]["outputTokens"] == 140
    assert "costUsd" not in done["usage"], "Codex tells no cost, so it is unknown"
    assert done["diff"]["filesChanged"] == 2 and done["summary"] == "Done: **hello.txt** is written."
    merged = hub.post(f"/api/runs/{run['id']}/merge")
    assert merged["merge"] == "merged" and repository.show("main", "hello.txt") == GREETING


def test_a_denial_reaches_the_model(hub, model):
    _, repository, _, run, _, (judge, copy) = ask_first(hub, "refused", "Be refused")
    approval = judge.wait_for_approval(copy, run)
    judge.call("approvals.answer", approval=approval["id"], decision="deny", reason="Ask me again on Monday.")
    approval = judge.wait_for_approval(copy, run)
    assert approval["type"] == "command"
    judge.call("approvals.answer", approval=approval["id"], decision="deny")
    done = judge.wait_for_run(copy, run, "completed")
    assert model.was_told("Ask me again on Monday.")
    assert [tool["status"] for tool in tools(hub, run)] == ["denied", "denied"]
    assert said(hub, run)[-1] == "Then I leave it." and done["diff"]["filesChanged"] == 0
    until(lambda: not repository.worktrees(), "nothing was changed, so nothing is kept")


def test_an_interrupted_thread_goes_on(hub):
    _, _, _, run, (live, _), _ = ask_first(hub, "stopped", "Talk for long")
    copy = live.follow(f"run:{run['id']}")
    live.wait(lambda: any(frame["type"] == "entry.delta" for frame in copy.passing), "it talks")
    process, = hub.get(f"/api/runs/{run['id']}/processes")
    thread = hub.run(run)["sessionId"]
    assert live.call("runs.stop", run=run["id"])["status"] == "paused"
    until(lambda: not processes.is_alive(process["pid"]), "the agent is gone")
    until(lambda: hub.get(f"/api/runs/{run['id']}/processes")[0].get("endedAt"), "its process is settled")
    live.call("runs.message", run=run["id"], text="Carry on")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run)[-1] == "I carry on." and hub.run(run)["sessionId"] == thread


def test_it_outlives_the_hub(tmp_path, agents):
    with running(tmp_path, agents=agents) as hub:
        _, _, _, run, (live, _), _ = ask_first(hub, "outlived", "Outlive the hub")
        approval = until(
            lambda: next(iter(hub.list(f"/api/projects/{run['projectId']}/approvals", status="pending")), None), "it asks")
        process, = hub.get(f"/api/runs/{run['id']}/processes")
        hub.restart()
        assert processes.is_alive(process["pid"]), "it waits through the restart"
        hub.post(f"/api/approvals/{approval['id']}/answer", decision="approve")
        done = hub.wait_for_run(run, "completed")
        assert said(hub, run) == ["I ask first.", "It was allowed."]
        assert [tool["status"] for tool in tools(hub, run)] == ["success"], tools(hub, run)
        # And what the next process is told goes on in the same thread.
        hub.restart()
        hub.post(f"/api/runs/{run['id']}/messages", text="And now?")
        until(lambda: len(said(hub, run)) == 3, "it has answered")
        again = hub.wait_for_run(run, "completed")
        assert again["sessionId"] == done["sessionId"]
        assert again["usage"]["inputTokens"] > done["usage"]["inputTokens"]


def test_a_busy_model_is_asked_again(hub, model):
    _, _, _, run, (live, copy), _ = ask_first(hub, "busy", "Be busy")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run) == ["At last."]


@pytest.mark.parametrize("title, kind, words", [
    ("Lose the line", "agent", "stream disconnected"), ("Have no key", "auth", "401")])
def test_whose_fault_a_failure_was(hub, title, kind, words):
    _, _, _, run, (live, copy), _ = ask_first(hub, title.lower().replace(" ", "-"), title)
    failed = live.wait_for_run(copy, run, "failed")
    assert failed["failure"]["class"] == kind and words in failed["failure"]["message"]
    assert "usage" not in failed, "what is not known is not 0"


def test_a_quota_that_is_used_up_is_waited_for(tmp_path, agents):
    # A hub of its own: its other runs of Codex would wait too.
    with running(tmp_path, agents=agents) as hub:
        _, _, _, run, _, _ = ask_first(hub, "quota", "Use it up")
        waiting = until(lambda: (now := hub.run(run))["status"] == "waiting" and now, "it waits")
        assert waiting["waitingFor"] == "quota" and waiting["waitingUntil"]


def test_a_cut_stream_is_told_and_tried_again(hub, model):
    _, _, _, run, (live, copy), _ = ask_first(hub, "cut", "Lose the line")
    live.wait_for_run(copy, run, "failed")
    notes = [content["text"] for content in entries(hub, run, "system_message")]
    assert sum("does not answer" in note for note in notes) == 2, "stream_max_retries"
    assert said(hub, run) == ["Half of it"] * 3, "each attempt is an entry of its own"


def test_exec_is_the_fallback(tmp_path, agents):
    agents = {"codex": {**agents["codex"], "interface": "exec"}}
    with running(tmp_path, agents=agents) as hub:
        _, _, _, run, (live, copy), _ = begin(
            hub, "codex", "shot", "One shot", options={"permissionMode": "bypassPermissions"})
        done = live.wait_for_run(copy, run, "completed")
        assert said(hub, run)[-1] == "Shot." and done["diff"]["filesChanged"] == 1
        assert done["usage"]["outputTokens"] == 27 and done["sessionId"]
        hub.post(f"/api/runs/{run['id']}/messages", text="Once more")
        until(lambda: said(hub, run)[2:] == ["Shot."], "it goes on in the same thread")
        again = hub.wait_for_run(run, "completed")
        assert again["sessionId"] == done["sessionId"]


@pytest.mark.parametrize("interface", ["app-server", "exec"])
def test_pictures_are_shown_to_the_model(tmp_path, agents, model, interface):
    with running(tmp_path, agents={"codex": agents["codex"] | {"interface": interface}}) as hub:
        project, _ = hub.project("pictures")
        card = hub.card(project, "Look at the picture")
        attach(hub, card, "first.png", picture(10))
        before = model.images()
        run = hub.post(f"/api/cards/{card['id']}/runs", provider="codex", start=True)
        hub.wait_for_run(run, "completed")
        assert model.images() > before and given(hub, run) == [["first.png"]]
        before = model.images()
        second = attach(hub, card, "second.png", picture(200))
        hub.post(f"/api/runs/{run['id']}/messages", text="And this?", attachments=[second["id"]])
        until(lambda: len(said(hub, run)) == 2, "it has answered")
        assert model.images() > before and given(hub, run)[-1] == ["second.png"]


# A server of tools, by hand: its tool asks whoever uses it.
ASKER = """
import json, sys
def say(**message): print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
waiting = None
for line in sys.stdin:
    message = json.loads(line)
    method, id = message.get("method"), message.get("id")
    if method == "initialize":
        say(id=id, result={"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
                           "serverInfo": {"name": "asker", "version": "1"}})
    elif method == "tools/list":
        say(id=id, result={"tools": [{"name": "choose", "description": "Asks for a colour.",
                                      "inputSchema": {"type": "object", "properties": {}}}]})
    elif method == "tools/call":
        waiting = id
        say(id="ask", method="elicitation/create", params={"message": "Which colour?", "requestedSchema": {
            "type": "object", "required": ["colour"], "properties": {
                "colour": {"type": "string", "title": "Colour", "enum": ["Red", "Blue"]}}}})
    elif id == "ask":
        say(id=waiting, result={"content": [{"type": "text", "text": "answer: " + json.dumps(message.get("result"))}]})
    elif id is not None:
        say(id=id, error={"code": -32601, "message": "unknown"})
"""


def test_a_question_of_a_tool_is_answered_with_what_was_chosen(hub, model):
    servers = {"asker": {"argv": [sys.executable, "-c", ASKER]}}
    _, _, _, run, _, (judge, copy) = begin(
        hub, "codex", "question", "Ask me", options={"permissionMode": "default", "mcpServers": servers})
    answered = set()
    while hub.run(run)["status"] not in ("completed", "failed"):
        approval = judge.wait(lambda: [each for each in copy.of("apr", status="pending") if each["id"] not in answered]
                              or hub.run(run)["status"] in ("completed", "failed"), "it asks, or is done")
        if approval is True:
            break
        answers = {question["question"]: "Blue" for question in approval[0].get("questions", [])}
        judge.call("approvals.answer", approval=approval[0]["id"], decision="approve", answers=answers)
        answered.add(approval[0]["id"])
    asked = [approval for approval in copy.of("apr") if approval["type"] == "question"]
    assert [choice["label"] for choice in asked[0]["questions"][0]["options"]] == ["Red", "Blue"]
    assert model.was_told("Blue") and said(hub, run)[-1] == "So be it."
