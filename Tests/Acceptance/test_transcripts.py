"""Conversations that were held with the real agents beside the hub, taken in and gone on with."""
import json
import os
import subprocess

import pytest

import test_codex
import test_real_agent
from hub import running
from problem import Problem
from scripted import entries, said, tools
from test_codex import patch
from waiting import patience_seconds, until

# The agents' own fixtures, each with the model that its script is for.
SCRIPT = {"conversations": [
    {"match": "Begin it alone", "turns": [
        {"text": "I write.", "tools": [test_real_agent.write("alone.txt"), patch("alone.txt")],
         "usage": {"input": 1000, "output": 50}},
        {"text": "It is written.", "usage": {"input": 1100, "output": 20}},
        {"text": "I remember."}, {"text": "I remember."}]}]}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    model = test_real_agent.Model(tmp_path_factory.mktemp("model"), SCRIPT)
    yield model
    model.close()


claude, codex = test_real_agent.agents, test_codex.agents
ALONE = {
    "claude-code": ["-p", "Begin it alone", "--output-format", "json", "--permission-mode", "acceptEdits"],
    "codex": ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "Begin it alone"],
}


@pytest.mark.parametrize("provider, fixture", [("claude-code", "claude"), ("codex", "codex")])
def test_a_session_is_listed_imported_once_and_gone_on_with(tmp_path, request, model, provider, fixture):
    agents = request.getfixturevalue(fixture)
    with running(tmp_path, agents=agents) as hub:
        project, repository = hub.project("alone")
        settings = agents[provider]
        subprocess.run([*settings["command"], *ALONE[provider]], cwd=repository.path, stdin=subprocess.DEVNULL,
                       env={"PATH": os.environ["PATH"], **settings["environment"]}, check=True, capture_output=True,
                       timeout=patience_seconds)
        assert (repository.path / "alone.txt").exists()
        listed, = hub.get("/api/transcripts", provider=provider)
        assert listed["projectId"] == project["id"] and listed["firstWords"] == "Begin it alone"
        assert listed["workingDirectory"] == str(repository.path) and "runId" not in listed

        run = hub.post("/api/transcripts/import", provider=provider, sessionId=listed["sessionId"])
        assert (run["kind"], run["status"], run["sessionId"]) == ("imported", "completed", listed["sessionId"])
        assert run["projectId"] == project["id"] and run["prompt"] == "Begin it alone"
        assert run["summary"] == "It is written." and run["usage"]["inputTokens"] >= 2100
        assert [content["text"] for content in entries(hub, run, "user_message")] == ["Begin it alone"]
        assert said(hub, run) == ["I write.", "It is written."]
        tool, = tools(hub, run)
        assert (tool["action"], tool["status"]) == ("file_edit", "success") and "alone.txt" in tool["title"]
        again = hub.post("/api/transcripts/import", provider=provider, sessionId=listed["sessionId"])
        assert again["id"] == run["id"] and len(hub.list(f"/api/projects/{project['id']}/runs")) == 1
        assert hub.get("/api/transcripts", provider=provider)[0]["runId"] == run["id"]

        hub.post(f"/api/runs/{run['id']}/messages", text="Do you remember?")
        until(lambda: hub.run(run)["status"] in ("completed", "failed") and len(said(hub, run)) > 2, "it has answered")
        assert entries(hub, run, "user_message")[-1]["text"] == "Do you remember?"
        asked = [line for line in model.log.read_text().splitlines() if "Do you remember?" in line]
        assert asked and all("Begin it alone" in line for line in asked), "it knows what was said before"
        assert hub.run(run)["sessionId"] == listed["sessionId"]


def test_what_cannot_be_imported_is_refused(tmp_path):
    home = tmp_path / "home"
    folder = home / ".claude" / "projects" / "-nowhere"
    folder.mkdir(parents=True)
    lines = [{"type": "user", "sessionId": "s-1", "cwd": "/nowhere", "timestamp": "2026-11-01T10:00:00.000Z",
              "message": {"role": "user", "content": f"word {number}"}} for number in range(3)]
    (folder / "s-1.jsonl").write_text("not json\n" + "".join(json.dumps(line) + "\n" for line in lines))
    (folder / "s-0.jsonl").write_text(json.dumps(lines[0] | {"sessionId": "s-0"}) + "\n")
    (folder / "secret.jsonl").symlink_to("/etc/passwd")
    settings = {"claude-code": {"command": ["true"], "environment": {"HOME": str(home)}},
                "codex": {"command": ["true"], "environment": {"HOME": str(home)}}}
    with running(tmp_path / "hub", agents=settings, limits={"transcriptEntriesMax": 2}) as hub:
        project, _ = hub.project()
        listed = {each["sessionId"]: each for each in hub.get("/api/transcripts")}
        assert listed.keys() == {"s-0", "s-1"} and listed["s-1"]["firstWords"] == "word 0"
        assert all("projectId" not in each for each in listed.values())

        def refused(**input):
            with pytest.raises(Problem) as problem:
                hub.post("/api/transcripts/import", **input)
            return problem.value
        assert "belongs to no project" in refused(provider="claude-code", sessionId="s-0").document["detail"]
        assert refused(provider="claude-code", sessionId="none").code == "FILE_NOT_FOUND"
        part = refused(provider="claude-code", sessionId="0", project=project["slug"])
        assert part.code == "FILE_NOT_FOUND", "a part of a name is no name"
        assert refused(provider="claude-code", sessionId="../-nowhere/s-1").code == "FILE_NOT_FOUND"
        assert refused(provider="demo", sessionId="s-1").code == "VALIDATION_FAILED"
        too_many = refused(provider="claude-code", sessionId="s-1", project=project["slug"])
        assert too_many.code == "LIMIT_EXCEEDED" and too_many.document["limit"] == "transcriptEntriesMax"
        assert hub.list(f"/api/projects/{project['id']}/runs") == [], "nothing of it is there"
