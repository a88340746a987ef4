"""Worktrees of a project: which there are, which go, and how they come back with all that was in them."""
import contextlib
import pathlib
import threading

import httpx
import pytest

from problem import Problem
from waiting import until


def test_a_cleaned_worktree_is_previewed_saved_and_had_back(ended):
    hub, run, worktree, repository = ended
    path = f"/api/projects/{run['projectId']}/worktrees"
    (worktree / ".gitignore").write_text("*.log\n")
    (worktree / "a.log").write_text("x")
    (worktree / "note.txt").write_text("not committed\n")
    listed = hub.get(path)
    assert [(item["owner"], item["state"]) for item in listed] == [("project", "clean"), ("run", "changed")]
    assert listed[1]["runId"] == run["id"] and listed[1]["ignored"] == ["a.log"] and "kept" not in listed[1]
    preview = hub.post(f"{path}/clean", preview=True)
    assert [item["runId"] for item in preview["removed"]] == [run["id"]] and worktree.exists()
    kept = hub.post(f"{path}/clean", keepIgnored=True)["kept"]
    assert "ignores" in kept[0]["kept"] and worktree.exists()

    assert [item["runId"] for item in hub.post(f"{path}/clean")["removed"]] == [run["id"]]
    assert not worktree.exists() and "worktreePath" not in hub.run(run)
    removed = hub.get(f"{path}/removed")
    assert [item["runId"] for item in removed] == [run["id"]]
    assert repository.git("show", removed[0]["commit"] + ":note.txt") == "not committed\n", "plain git can read it"
    back = hub.post(f"/api/runs/{run['id']}/worktree/restore", removed=removed[0]["id"])
    assert back["worktreePath"] == str(worktree) and (worktree / "note.txt").read_text() == "not committed\n"
    assert hub.get(f"{path}/removed") == []
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/runs/{run['id']}/worktree/restore")
    assert refused.value.code == "ILLEGAL_TRANSITION"


def test_a_hub_that_is_killed_amid_a_clean_up_has_lost_nothing(hub):
    project, repository = hub.project("killed")
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-c", "echo run > note.txt"]})
    worktree = pathlib.Path(hub.wait_for_run(run, "completed")["worktreePath"])
    path = f"/api/projects/{project['id']}/worktrees"
    for number in range(4):
        (worktree / "note.txt").write_text(f"{number}\n")
        head = repository.git("rev-parse", f"{hub.run(run)['branch']}")

        def clean():
            with contextlib.suppress(httpx.HTTPError):
                hub.http.post(f"{path}/clean", json={})
        cleaning = threading.Thread(target=clean)
        cleaning.start()
        # Each time a little further on.
        until(lambda: number == 0 or repository.git("for-each-ref", "refs/roost/removed/") or not worktree.exists(),
              "it is at it")
        hub.kill()
        cleaning.join()
        hub.start()
        until(lambda: worktree.exists() or hub.get(f"{path}/removed"), "it is there, or is kept")
        if not worktree.exists():
            until(lambda: "worktreePath" not in hub.run(run), "the row and git agree")
            hub.post(f"/api/runs/{run['id']}/worktree/restore")
        elif "worktreePath" not in hub.run(run):
            pytest.fail("a worktree that is there, and its run has forgotten it")
        assert (worktree / "note.txt").read_text() == f"{number}\n"
        assert repository.git("rev-parse", f"{hub.run(run)['branch']}") == head
        repository.git("fsck", "--strict")


def test_attempts_are_held_against_one_another(shared_hub):
    hub = shared_hub
    project, _ = hub.project("attempts")
    card = hub.card(project, "Note")

    def attempt(text):
        run = hub.post(f"/api/cards/{card['id']}/runs", provider="command", start=True,
                       options={"argv": ["sh", "-c", f"echo {text} > note.txt"]})
        return hub.wait_for_run(run, "completed")
    first, second = attempt("one"), attempt("two")
    assert first["branch"] != second["branch"] and first["worktreePath"] != second["worktreePath"]
    diff = hub.get(f"/api/runs/{second['id']}/diff?from={first['id']}")
    assert [file["path"] for file in diff["files"]] == ["note.txt"]
    assert "-one" in diff["files"][0]["patch"] and "+two" in diff["files"][0]["patch"]
    place = hub.get(f"/api/locate?place={second['worktreePath']}/note.txt")
    assert place["runId"] == second["id"]


def test_a_snapshot_is_shown(ended):
    hub, run, worktree, _ = ended
    made = hub.post(f"/api/runs/{run['id']}/snapshots", note="one")
    assert hub.get(f"/api/runs/{run['id']}/snapshots/{made['id']}") == made
    with pytest.raises(Problem) as refused:
        hub.get(f"/api/runs/{run['id']}/snapshots/snp_01JD6Z5Z0A0000000000000000")
    assert refused.value.code == "SNAPSHOT_NOT_FOUND"
