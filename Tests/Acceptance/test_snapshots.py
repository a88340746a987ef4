"""Worktrees from outside: what a run's branch, files and commits are, and snapshots that plain git can read."""
import pytest

from problem import Problem


def test_a_snapshot_is_made_listed_compared_and_restored(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    (worktree / "note.txt").write_text("two\n")
    made = hub.post(f"{path}/snapshots", note="two")
    assert (made["kind"], made["note"]) == ("manual", "two")
    assert repository.git("show", made["ref"] + ":note.txt") == "two\n"
    (worktree / "note.txt").write_text("three\n")
    assert hub.get(f"{path}/branch")["changed"] == 1
    both = hub.get(f"{path}/file?path=note.txt&from={made['id']}&to=worktree")
    assert (both["old"]["text"], both["new"]["text"]) == ("two\n", "three\n")

    saved = hub.post(f"{path}/snapshots/{made['id']}/restore")
    assert (worktree / "note.txt").read_text() == "two\n"
    assert [each["id"] for each in hub.get(f"{path}/snapshots")] == [saved["id"], made["id"]]
    diff = hub.get(f"{path}/diff?from={saved['id']}&patches=false")
    assert diff["stats"] == {"filesChanged": 1, "additions": 1, "deletions": 1} and "patch" not in diff["files"][0]


def test_commits_come_by_page_and_what_is_not_there_is_said(ended):
    hub, run, worktree, repository = ended
    path = f"/api/runs/{run['id']}"
    commits = hub.get(f"{path}/commits?limit=1")
    assert [commit["id"] for commit in commits] == [run["headCommit"]]
    for query, code in [("file?path=nothing", "FILE_NOT_FOUND"), ("file?path=../../etc/passwd", "FILE_NOT_FOUND"),
                        ("diff?from=snp_01JD6Z5Z0A0000000000000000", "SNAPSHOT_NOT_FOUND"),
                        ("diff?from=nothing", "COMMIT_NOT_FOUND"), ("commits?cursor=1", "VALIDATION_FAILED")]:
        with pytest.raises(Problem) as error:
            hub.get(f"{path}/{query}")
        assert error.value.code == code, query


def test_a_projects_own_folder_is_saved_compared_and_restored(shared_hub):
    hub = shared_hub
    project, repository = hub.project("own-folder")
    path = f"/api/projects/{project['id']}"
    (repository.path / "README.md").write_text("two\n")
    made = hub.post(f"{path}/snapshots", note="two")
    assert (made["kind"], made["note"], made["projectId"]) == ("manual", "two", project["id"]) and "runId" not in made
    assert repository.git("show", made["ref"] + ":README.md") == "two\n"
    (repository.path / "README.md").write_text("three\n")
    (repository.path / "new.txt").write_text("new\n")
    gone = hub.post(f"{path}/files/delete", path="new.txt")
    listed = hub.get(f"{path}/snapshots")
    assert [(each["id"], each["kind"]) for each in listed] == [(gone["undo"], "auto"), (made["id"], "manual")]
    assert hub.get(f"{path}/snapshots/{made['id']}") == made
    assert [file["path"] for file in hub.get(f"{path}/diff")["files"]] == ["README.md"]
    since = hub.get(f"{path}/diff?from={gone['undo']}&patches=false")
    assert [(file["path"], file["kind"]) for file in since["files"]] == [("new.txt", "deleted")]
    both = hub.get(f"{path}/file?path=README.md&from={made['id']}")
    assert (both["old"]["text"], both["new"]["text"]) == ("two\n", "three\n")

    head = repository.git("rev-parse", "HEAD")
    saved = hub.post(f"{path}/snapshots/{made['id']}/restore")
    assert (repository.path / "README.md").read_text() == "two\n" and repository.git("rev-parse", "HEAD") == head
    assert saved["kind"] == "restore"
    hub.post(f"{path}/snapshots/{saved['id']}/restore")
    assert (repository.path / "README.md").read_text() == "three\n"
    told = [event["type"] for event in hub.list(f"{path}/events")]
    assert told.count("snapshot.created") == 1 and told.count("snapshot.restored") == 2
    for call in [lambda: hub.get(f"{path}/snapshots/snp_01JD6Z5Z0A0000000000000000"),
                 lambda: hub.post(f"{path}/snapshots/snp_01JD6Z5Z0A0000000000000000/restore")]:
        with pytest.raises(Problem) as error:
            call()
        assert error.value.code == "SNAPSHOT_NOT_FOUND"


def test_the_history_of_a_project_comes_by_page_of_a_branch_and_of_a_path(shared_hub):
    hub = shared_hub
    project, repository = hub.project("history")
    path = f"/api/projects/{project['id']}/commits"
    for number in range(5):
        repository.write({f"{'docs' if number % 2 else 'src'}/{number}.txt": "x\n"})
        repository.commit(f"Change {number}")
    repository.git("branch", "older", "HEAD~2")
    first = hub.answer("GET", f"{path}?limit=4").json()
    repository.write({"late.txt": "x\n"})
    repository.commit("Late")
    second = hub.answer("GET", f"{path}?limit=4&cursor={first['meta']['nextCursor']}").json()
    told = [commit["subject"] for commit in first["data"] + second["data"]]
    assert told[:5] == [f"Change {number}" for number in (4, 3, 2, 1, 0)] and "nextCursor" not in second.get("meta", {})
    assert [commit["subject"] for commit in hub.get(f"{path}?branch=older")][0] == "Change 2"
    assert [commit["subject"] for commit in hub.get(f"{path}?path=docs")] == ["Change 3", "Change 1"]
    assert [commit["subject"] for commit in hub.get(f"{path}?path=docs/3.txt&q=cHANGE")] == ["Change 3"]
    assert hub.get(f"{path}?q=Change.3") == [] and hub.get(f"{path}?path=*") == []
    newest = hub.get(path)[0]
    assert hub.get(f"{path}/{newest['id']}") == newest
    for query in ["branch=nothing", "branch=--all"]:
        with pytest.raises(Problem) as error:
            hub.get(f"{path}?{query}")
        assert error.value.code == "COMMIT_NOT_FOUND"
