"""Agents as this machine has them, and named ways to set them up."""
import pytest

from hub import running
from problem import Problem
from test_access import People
from waiting import until


def code(call):
    with pytest.raises(Problem) as error:
        call()
    return error.value.code


def test_agents_are_told_with_their_versions_and_what_they_can_do(tmp_path):
    agent = tmp_path / "codex"
    agent.write_text("#!/bin/sh\necho \"agent 1.2.3 of $1\"\n")
    agent.chmod(0o755)
    with running(tmp_path / "hub", agents={"codex": {"command": [str(agent)]}}) as hub:
        def known():
            info = hub.get("/api/providers/codex")
            return info if info["versionState"] == "known" else None
        info = until(known, "it says its version")
        assert (info["version"], info["path"], info["available"]) == ("agent 1.2.3 of --version", str(agent), True)
        assert info["interfaces"] == ["app-server", "exec"] and info["supports"]["approvals"]
        agent.write_text("#!/bin/sh\necho agent 2\n")
        assert hub.get("/api/providers/codex")["version"] == info["version"], "what is known is not asked again"
        assert hub.get("/api/providers/codex", refresh="true")["version"] in ("agent 2", info["version"])
        until(lambda: hub.get("/api/providers/codex")["version"] == "agent 2", "it was asked again")
        by_id = {each["id"]: each for each in hub.get("/api/providers")}
        assert by_id["demo"]["available"] and by_id["bot"]["available"] and by_id["bot"]["supports"]["resume"]
        assert by_id["gemini"]["interfaces"] == ["acp", "stream-json"]
        assert hub.get("/api/providers/claude_code")["id"] == "claude-code", "names of other systems are understood"
        assert code(lambda: hub.get("/api/providers/nobody")) == "VALIDATION_FAILED"
        agent.unlink()
        gone = hub.get("/api/providers/codex")
        assert (gone["available"], gone["versionState"], "path" in gone) == (False, "none", False)


def test_runs_are_made_by_profiles_of_the_project_before_those_of_the_hub(hub):
    project, _ = hub.project()
    other, _ = hub.project("other")
    options = {"argv": ["echo", "hub"]}
    common = hub.post("/api/profiles", name="echo", provider="command", options=options)
    own = hub.post(
        "/api/profiles", project=project["slug"], name="echo", provider="command", options={"argv": ["echo", "own"]})
    assert (common["scope"], own["scope"], own["projectId"]) == ("hub", "project", project["id"])
    assert code(lambda: hub.post("/api/profiles", name="echo", provider="demo")) == "ALREADY_EXISTS"
    assert code(lambda: hub.post("/api/profiles", name="x", provider="demo", options=options)) == "VALIDATION_FAILED"
    assert [each["id"] for each in hub.get("/api/profiles", project=project["id"])] == [own["id"], common["id"]]
    assert [each["id"] for each in hub.get("/api/profiles")] == [common["id"]]

    def run(project, **members):
        run = hub.post(f"/api/projects/{project['id']}/runs", profile="echo", prompt="p", start=True, **members)
        assert (run["provider"], run["profile"]) == ("command", "echo")
        hub.wait_for_run(run, "completed")
        return [entry["content"]["text"] for entry in hub.list(f"/api/runs/{run['id']}/entries")][-1]
    assert run(project) == "own"
    assert run(other) == "hub"
    assert run(project, options={"argv": ["echo", "said here"]}) == "said here"
    assert code(lambda: run(project, provider="demo")) == "VALIDATION_FAILED"
    changed = hub.patch(f"/api/profiles/{own['id']}", name="shout", version=own["version"])
    assert changed["version"] == own["version"] + 1
    assert code(lambda: hub.patch(f"/api/profiles/{own['id']}", name="x", version=own["version"])) == "VERSION_STALE"
    assert run(project) == "hub", "the project's has another name now"
    hub.delete(f"/api/profiles/{common['id']}")
    assert code(lambda: run(project)) == "PROFILE_NOT_FOUND"
    types = [event["type"] for event in hub.events(project["id"]) if event["type"].startswith("profile.")]
    assert types == ["profile.created", "profile.updated"]


def test_a_run_says_by_what_agent_or_profile(hub):
    project, _ = hub.project()
    assert code(lambda: hub.post(f"/api/projects/{project['id']}/runs", prompt="p")) == "VALIDATION_FAILED"


def test_profiles_of_the_hub_are_its_administrators_and_those_of_a_project_its_maintainers(hub):
    project, _ = hub.project()
    people = People(hub)
    hub_wide = hub.post("/api/profiles", name="all", provider="demo")
    for name, role, status in (("vera", "viewer", 403), ("ed", "editor", 403), ("max", "maintainer", 201), ("eve", None, 404)):
        secret = people.add(name)[2]
        if role:
            people.join(project, name, role)
        with people.rest(secret) as person:
            made = person.post("/api/profiles", json={"project": project["id"], "name": name, "provider": "demo"})
            assert made.status_code == status, name
            assert person.post("/api/profiles", json={"name": name, "provider": "demo"}).status_code == 403
            assert hub_wide["id"] in [each["id"] for each in person.get("/api/profiles").json()["data"]]
            assert person.patch(f"/api/profiles/{hub_wide['id']}", json={"name": "x"}).status_code == 403
