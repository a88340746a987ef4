"""A run's branch from outside, on its way to where it is meant to go: commits, reviews, rebases, pushes, and what is taken back."""
import pytest

from problem import Problem
from waiting import until


def refused(act, *arguments, **members):
    with pytest.raises(Problem) as error:
        act(*arguments, **members)
    return error.value


def test_commits_are_made_amended_shown_compared_and_blamed(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    (worktree / "note.txt").write_text("two\n")
    (worktree / "other.txt").write_text("x\n")
    first = hub.post(f"{path}/commit", message="Two", files=["note.txt"], authorName="Ada", authorEmail="a@b.c")
    assert repository.git("log", "-1", "--format=%s %an", run["branch"]).strip() == "Two Ada"
    both = hub.post(f"{path}/commit", amend=True)
    assert both["headCommit"] != first["headCommit"] and both["diff"]["filesChanged"] == 2
    assert refused(hub.post, f"{path}/commit").code == "NOTHING_TO_COMMIT"
    assert hub.get(f"{path}/commits/HEAD")["subject"] == "Two"
    assert hub.get(f"{path}/commits/main/compare") | {"head": "", "commit": ""} == {
        "head": "", "commit": "", "ahead": 2, "behind": 0, "isLinear": True}
    assert [line["commit"] for line in hub.get(f"{path}/blame?path=note.txt")] == [both["headCommit"]]
    assert refused(hub.get, f"{path}/commits/nothing").code == "COMMIT_NOT_FOUND"
    gone = hub.post(f"{path}/delete-file", path="other.txt")
    assert gone["diff"]["filesChanged"] == 1 and not (worktree / "other.txt").exists()


def test_a_policy_holds_work_back_until_a_review_approves_it(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    hub.http.patch(f"/api/projects/{run['projectId']}/policy", json={"requireReview": True}).raise_for_status()
    for verb in ("commit", "merge"):
        assert refused(hub.post, f"{path}/{verb}").code == "REVIEW_REQUIRED"
    assert refused(hub.post, f"{path}/push").code == "DENIED_BY_POLICY"
    hub.post(f"{path}/reviews", verdict="rejected", comments=[{"path": "note.txt", "line": 1, "text": "Say two."}])
    told = hub.wait_for_run(run, "completed")
    assert told["review"] == "requested"
    hub.post(f"{path}/reviews", verdict="approved", notes="Good")
    assert [review["verdict"] for review in hub.get(f"{path}/reviews")] == ["approved", "rejected"]
    assert hub.post(f"{path}/merge")["merge"] == "merged"


def test_a_rebase_conflicts_is_called_off_and_goes_on(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    repository.write({"elsewhere.txt": "main\n"})
    repository.commit("Elsewhere")
    rebased = hub.post(f"{path}/rebase")
    assert rebased["baseCommit"] == repository.git("rev-parse", "main").strip()
    repository.write({"note.txt": "main\n"})
    repository.commit("Main")
    error = refused(hub.post, f"{path}/rebase")
    assert (error.status, error.code) == (409, "MERGE_CONFLICT")
    assert error.document["conflictedFiles"] == [{"path": "note.txt", "kind": "bothAdded"}]
    assert hub.get(f"{path}/branch")["operation"] == "rebase"
    told = [event for event in hub.list(f"{path}/events") if event["type"] == "branch.conflict"][-1]["data"]["conflict"]
    assert told == {"operation": "rebase", "files": [{"path": "note.txt", "kind": "bothAdded"}], "count": 1}
    assert hub.post(f"{path}/conflicts/abort")["headCommit"] == rebased["headCommit"]
    assert refused(hub.post, f"{path}/conflicts/abort").code == "ILLEGAL_TRANSITION"
    assert refused(hub.post, f"{path}/rebase").code == "MERGE_CONFLICT"
    assert refused(hub.post, f"{path}/conflicts/continue").code == "MERGE_CONFLICT"
    (worktree / "note.txt").write_text("both\n")
    done = hub.post(f"{path}/conflicts/continue")
    assert "conflict" not in done and done["merge"] == "none" and done["baseCommit"] == repository.git("rev-parse", "main").strip()
    hub.post(f"{path}/merge", strategy="fast-forward")
    assert repository.show("main", "note.txt") == "both\n"


def test_a_branch_is_renamed_retargeted_pushed_and_pulled(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    bare = repository.path.parent / "remote.git"
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    repository.git("remote", "add", "origin", str(bare))
    repository.git("branch", "release")
    assert hub.post(f"{path}/rename-branch", branch="dark-theme")["branch"] == "dark-theme"
    assert refused(hub.post, f"{path}/rename-branch", branch="release").code == "ALREADY_EXISTS"
    assert hub.post(f"{path}/target", targetBranch="release")["targetBranch"] == "release"
    hub.http.patch(f"/api/projects/{run['projectId']}/policy", json={"autoGitPush": True}).raise_for_status()
    hub.post(f"{path}/push")
    hub.post(f"{path}/commit", amend=True, message="Another")
    assert refused(hub.post, f"{path}/push").code == "PUSH_REJECTED"
    hub.post(f"{path}/push", force=True)
    assert hub.post(f"{path}/fetch")["remote"] == "origin"
    hub.post(f"{path}/reviews", verdict="approved")
    pulled = hub.post(f"{path}/pull")
    assert pulled["headCommit"] == repository.git("rev-parse", "dark-theme").strip()
    assert pulled["review"] == "approved", "nothing came"
    assert refused(hub.post, f"{path}/push", remote="nowhere").code == "REMOTE_FAILED"


def test_hunks_files_and_all_are_taken_back(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    patch = hub.get(f"{path}/diff")["files"][0]["patch"]
    hub.post(f"{path}/revert", patch=patch, hunks=[0])
    assert not (worktree / "note.txt").exists()
    assert refused(hub.post, f"{path}/revert", patch=patch).code == "PATCH_STALE"
    assert refused(hub.post, f"{path}/revert", patch="nonsense").code == "VALIDATION_FAILED"
    saved = hub.get(f"{path}/snapshots")[-1]
    assert repository.git("show", saved["ref"] + ":note.txt") == "run\n"
    hub.post(f"{path}/snapshots/{saved['id']}/restore")
    assert hub.post(f"{path}/revert")["diff"]["filesChanged"] == 0


def test_an_approval_ends_when_the_agent_goes_on_however_that_ends(shared_hub):
    hub = shared_hub
    project, _ = hub.project("approved-and-gone-on")
    script = "if [ -e note.txt ]; then echo unseen > note.txt; sleep 600; else echo one > note.txt; fi"
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-c", script]})
    run = hub.wait_for_run(run, "completed")
    path = f"/api/runs/{run['id']}"
    hub.http.patch(f"/api/projects/{project['id']}/policy", json={"requireReview": True}).raise_for_status()
    hub.post(f"{path}/reviews", verdict="approved")
    hub.post(f"{path}/messages", text="Go on")
    hub.wait_for_run(run, "running")
    hub.post(f"{path}/cancel")
    hub.wait_for_run(run, "cancelled")
    until(lambda: all("endedAt" in process for process in hub.get(f"{path}/processes")), "its process has ended")
    assert refused(hub.post, f"{path}/merge").code == "REVIEW_REQUIRED"


def test_an_approval_is_of_what_was_there_when_it_was_given(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    hub.http.patch(f"/api/projects/{run['projectId']}/policy", json={"requireReview": True}).raise_for_status()
    hub.post(f"{path}/reviews", verdict="approved")
    assert hub.run(run)["approvedWork"]["head"] == run["headCommit"]
    hub.post(f"{path}/content", path="note.txt", text="nobody has seen this\n")
    error = refused(hub.post, f"{path}/merge")
    assert (error.status, error.code) == (409, "REVIEW_STALE") and error.document["approvedHead"] == run["headCommit"]
    assert repository.git("log", "--format=%s", "main").count("\n") == 1, "nothing has landed"
    hub.post(f"{path}/content", path="note.txt", text="run\n")
    assert hub.post(f"{path}/merge")["merge"] == "merged", "it is again what was approved"
    assert "approvedWork" in hub.run(run)
