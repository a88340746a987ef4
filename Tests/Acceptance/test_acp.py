"""An ACP agent written with the protocol's Python SDK, driven by the hub."""
import pathlib

import pytest

import processes
from hub import running
from scripted import attach, begin, entries, installed, picture, said, tools
from waiting import until

agent = pathlib.Path(__file__).with_name("acp_agent.py")


@pytest.fixture(scope="module")
def argv():
    python = installed("acp/bin/python")
    if not python:
        pytest.skip("the ACP SDK is not here: tools/setup --agents (needs PyPI's agent-client-protocol)")
    return [str(python), str(agent)]


def begin_acp(hub, argv, name, title, **options):
    return begin(hub, "acp", name, title, options={"argv": argv, **options})


def test_prompt_plan_permission_and_follow_up(shared_hub, argv):
    hub = shared_hub
    _, repository, _, run, (live, copy), _ = begin_acp(hub, argv, "acp-work", "Do the work")
    approval = live.wait_for_approval(copy, run)
    assert approval["title"] == "Write done.txt" and approval["input"]["content"] == "done\n"
    assert hub.run(run)["waitingFor"] == "approval"
    assert [tool["status"] for tool in tools(hub, run)] == ["pending_approval"]
    live.call("approvals.answer", approval=approval["id"], decision="approve")
    done = live.wait_for_run(copy, run, "completed")
    assert [(tool["action"], tool["status"]) for tool in tools(hub, run)] == [("file_edit", "success")]
    plan, = entries(hub, run, "plan")
    assert [item["status"] for item in plan["items"]] == ["completed", "in_progress", "pending"]
    assert [content["text"] for content in entries(hub, run, "thinking")] == ["Hm. Yes."]
    assert said(hub, run) == ["Done in mode ask."] and done["summary"] == "Done in mode ask."
    assert done["usage"] == {"inputTokens": 100, "outputTokens": 20, "costUsd": 0.25}
    assert done["diff"]["filesChanged"] == 1 and done["sessionId"] == "session-1"

    hub.post(f"/api/runs/{run['id']}/messages", text="And then?")
    until(lambda: len(said(hub, run)) == 2, "it has answered")
    assert said(hub, run)[1] == "You said: And then?", "what was said before is not told twice"
    hub.wait_for_run(run, "completed")
    hub.post(f"/api/runs/{run['id']}/merge")
    assert repository.show("main", "done.txt") == "done\n"


def test_a_denial(shared_hub, argv):
    hub = shared_hub
    _, _, _, run, (live, copy), _ = begin_acp(hub, argv, "acp-denied", "Do the work")
    live.call("approvals.answer", approval=live.wait_for_approval(copy, run)["id"], decision="deny")
    live.wait_for_run(copy, run, "completed")
    assert [tool["status"] for tool in tools(hub, run)] == ["denied"] and said(hub, run) == ["It was not allowed."]


@pytest.mark.parametrize("mode, agents", [("acceptEdits", "ask"), ("bypassPermissions", "ask"), ("plan", "plan")])
def test_permission_modes(shared_hub, argv, mode, agents):
    hub = shared_hub
    _, _, _, run, (live, copy), _ = begin_acp(hub, argv, f"acp-{mode}", "Do the work", permissionMode=mode)
    if mode == "plan":
        live.call("approvals.answer", approval=live.wait_for_approval(copy, run)["id"], decision="approve")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run) == [f"Done in mode {agents}."]
    if mode != "plan":
        approval, = hub.list(f"/api/projects/{run['projectId']}/approvals")
        assert (approval["status"], approval["rule"]) == ("approved", f"permissionMode: {mode}"), "nobody was asked"


def test_what_a_rule_denies_no_permission_mode_allows(shared_hub, argv):
    hub = shared_hub
    project, _ = hub.project("acp-denied-by-rule")
    hub.patch(f"/api/projects/{project['id']}/policy", deny=["edit"])
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="acp", prompt="Do the work", start=True,
        options={"argv": argv, "permissionMode": "bypassPermissions"})
    hub.wait_for_run(run, "completed")
    approval, = hub.list(f"/api/projects/{project['id']}/approvals")
    assert approval["status"] == "denied" and approval["rule"] == "deny: edit"
    assert said(hub, run)[0] == "It was not allowed."


def test_files_of_the_worktree_and_no_others(shared_hub, argv):
    hub = shared_hub
    _, _, _, run, (live, copy), _ = begin_acp(hub, argv, "acp-files", "Use files")
    done = live.wait_for_run(copy, run, "completed")
    assert said(hub, run) == ["read 'two\\nthree', refused 8"]
    assert not pathlib.Path("/tmp/roost-escaped").exists() and not pathlib.Path("/etc/roost-escaped").exists()
    assert done["diff"]["filesChanged"] == 1


def test_terminals(shared_hub, argv):
    hub = shared_hub
    _, _, _, run, (live, copy), _ = begin_acp(hub, argv, "acp-terminals", "Use terminals")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run) == ["Terminals work."]


def sleepers(hub, run):
    """The commands that the agent has left in its worktree."""
    worktree = hub.run(run).get("worktreePath")
    return [pid for pid in processes.below(worktree) if processes.name(pid) == "sleep"] if worktree else []


def test_a_command_survives_the_hub_and_ends_with_its_run(tmp_path, argv):
    with running(tmp_path) as hub:
        _, _, _, run, _, _ = begin_acp(hub, argv, "acp-left", "Leave a command")
        command, = until(lambda: sleepers(hub, run), "the command runs")
        until(lambda: said(hub, run) == ["Waiting."], "its agent waits")
        hub.restart()
        assert processes.is_alive(command)
        assert sleepers(hub, run) == [command], "it was not started twice"
        hub.post(f"/api/runs/{run['id']}/stop")
        until(lambda: not processes.is_alive(command), "the command has ended with the run")


def test_a_pause_reaches_the_commands(shared_hub, argv):
    hub = shared_hub
    _, _, _, run, _, _ = begin_acp(hub, argv, "acp-paused", "Leave a command")
    command, = until(lambda: sleepers(hub, run), "the command runs")
    until(lambda: said(hub, run) == ["Waiting."], "its agent waits")
    hub.post(f"/api/runs/{run['id']}/pause")
    until(lambda: processes.is_stopped(command), "it stands still with its agent")
    hub.post(f"/api/runs/{run['id']}/resume")
    until(lambda: not processes.is_stopped(command), "it goes on with its agent")
    hub.post(f"/api/runs/{run['id']}/pause")
    until(lambda: processes.is_stopped(command), "it stands still again")
    hub.post(f"/api/runs/{run['id']}/stop")
    until(lambda: not processes.is_alive(command), "it ends all the same")


def test_cancel_goes_through_the_protocol(shared_hub, argv):
    hub = shared_hub
    _, _, _, run, (live, copy), _ = begin_acp(hub, argv, "acp-cancel", "Wait")
    until(lambda: said(hub, run) == ["Waiting."], "it waits")
    process, = hub.get(f"/api/runs/{run['id']}/processes")
    live.call("runs.stop", run=run["id"])
    until(lambda: hub.get(f"/api/runs/{run['id']}/processes")[0].get("endedAt"), "its process is settled")
    assert hub.get(f"/api/runs/{run['id']}/processes")[0].get("exitCode") == 0, "it went by itself"
    live.call("runs.message", run=run["id"], text="Go on")
    live.wait_for_run(copy, run, "completed")
    assert said(hub, run)[-1] == "You said: Go on"


def test_pictures_are_shown_to_who_can_see(shared_hub, argv):
    hub = shared_hub
    project, _ = hub.project("acp-pictures")
    card = hub.card(project, "Look")
    attachment = attach(hub, card, "a.png", picture())
    seen = f"[image/png of {len(picture())} bytes]"
    for more in ([], ["--blind"]):
        run = hub.post(f"/api/projects/{project['id']}/runs", provider="acp", prompt="Look", start=True,
                       options={"argv": argv + more}, attachments=[attachment["id"]])
        hub.wait_for_run(run, "completed")
        answer, = said(hub, run)
        path = f"{run['id']}/.roost-files/{attachment['id']}.png (a.png)"
        assert (seen in answer, path in answer) == (not more, bool(more)), answer
