"""How work lands: what is shown of it before and after, and what stands in its way."""
import pytest

from problem import Problem
from waiting import until

COMMIT = "git add --all && git -c user.name=Agent -c user.email=agent@example.org commit --quiet --message Own"


@pytest.fixture
def hub(shared_hub):
    return shared_hub


def finished(hub, project, script):
    """A run of a shell command that has completed."""
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", start=True,
        options={"argv": ["/bin/sh", "-c", script]})
    return hub.wait_for_run(run, "completed")


def changed(hub, run):
    return {file["path"]: file["kind"] for file in hub.get(f"/api/runs/{run['id']}/diff")["files"]}


def refusal(hub, run, **body):
    with pytest.raises(Problem) as error:
        hub.post(f"/api/runs/{run['id']}/merge", **body)
    assert error.value.status == 409
    return error.value


@pytest.mark.parametrize("script", [
    pytest.param("true", id="left"), pytest.param(COMMIT, id="committed"),
    pytest.param(f"{COMMIT} && echo more >> made.txt", id="both")])
def test_work_lands_whoever_commits_it(hub, script, request):
    project, repository = hub.project(f"landing-{request.node.callspec.id}")
    run = finished(hub, project, f"echo made > made.txt; git rm --quiet README.md; {script}")
    work = {"made.txt": "added", "README.md": "deleted"}
    assert changed(hub, run) == work and run["diff"]["filesChanged"] == 2
    assert run["headCommit"] == repository.git("rev-parse", run["branch"]).strip()
    merged = hub.post(f"/api/runs/{run['id']}/merge")
    assert merged["merge"] == "merged"
    assert repository.show("main", "made.txt").startswith("made\n") and not (repository.path / "README.md").exists()
    until(lambda: not repository.worktrees(), "the worktree is gone")
    assert changed(hub, run) == work, "what a run did can still be seen when it has landed"


@pytest.mark.parametrize("strategy, commits", [("merge", 2), ("squash", 1), ("fast-forward", 1)])
def test_strategies(hub, strategy, commits):
    project, repository = hub.project(f"strategy-{strategy}")
    run = finished(hub, project, "echo made > made.txt")
    before = repository.git("rev-parse", "main").strip()
    hub.post(f"/api/runs/{run['id']}/merge", strategy=strategy)
    assert repository.git("rev-list", "--count", f"{before}..main").strip() == str(commits)


def test_a_run_that_changed_nothing_has_nothing_to_land(hub):
    project, _ = hub.project("nothing")
    assert refusal(hub, finished(hub, project, "true")).code in ("NOTHING_TO_MERGE", "ILLEGAL_TRANSITION")


def test_what_the_user_has_not_committed_is_never_overwritten(hub):
    project, repository = hub.project("busy")
    run = finished(hub, project, "echo theirs > README.md")
    repository.write({"README.md": "mine, not committed\n"})
    error = refusal(hub, run)
    assert error.code == "TARGET_BUSY" and error.document["files"] == ["README.md"]
    assert (repository.path / "README.md").read_text() == "mine, not committed\n"
    repository.git("checkout", "--quiet", "README.md")
    assert hub.post(f"/api/runs/{run['id']}/merge")["merge"] == "merged"


def test_a_conflict_names_the_files_and_changes_nothing(hub):
    project, repository = hub.project("conflict")
    run = finished(hub, project, "echo theirs > README.md")
    repository.write({"README.md": "ours\n"})
    repository.commit("Ours")
    error = refusal(hub, run)
    assert error.code == "MERGE_CONFLICT"
    assert [file["path"] for file in error.document["conflictedFiles"]] == ["README.md"]
    assert hub.run(run)["merge"] == "conflict"
    assert repository.git("status", "--porcelain") == "" and repository.show("main", "README.md") == "ours\n"
