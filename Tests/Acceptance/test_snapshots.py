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
