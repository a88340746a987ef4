"""Worktrees that are kept live: whoever follows a run is told of its branch, its files and its statistics as they change."""
from pathlib import Path

import pytest

from waiting import until


def ended(hub, name):
    project, repository = hub.project(name)
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", start=True,
        options={"argv": ["sh", "-c", "echo one > note.txt"]})
    return hub.wait_for_run(run, "completed"), repository


def newest(copy, type):
    events = copy.events_of(type)
    return events[-1]["data"] if events else {}


def test_who_follows_a_run_sees_its_worktree_change(shared_hub):
    run, repository = ended(shared_hub, "followed-worktree")
    worktree = Path(run["worktreePath"])
    copies = [shared_hub.live().follow(f"run:{run['id']}") for _ in range(3)]
    # What was before is asked for.
    assert shared_hub.get(f"/api/runs/{run['id']}/branch")["ahead"] == 1
    for number in range(120):
        (worktree / f"new {number}.txt").write_text("text\n")
    for copy in copies:
        until(lambda: newest(copy, "diff.updated").get("filesChanged") == 121, "the statistics are told")
        until(lambda: newest(copy, "branch.updated").get("untracked") == 120, "what is not committed is told")
    told = copies[0].events_of("file.changed")
    # A file is there before its text is: some may be told twice.
    assert 120 <= sum(event["data"]["count"] for event in told) <= 240
    assert all(len(event["data"]["files"]) <= 50 for event in told)
    assert [event["seq"] for event in told] == [event["seq"] for event in copies[1].events_of("file.changed")]

    # The target moves, elsewhere.
    repository.git("commit", "--allow-empty", "--message", "elsewhere")
    until(lambda: newest(copies[0], "branch.updated").get("behind") == 1, "what the target has is told")

    # A conflict that somebody made by hand.
    repository.git("checkout", "-q", "-b", "other", run["baseCommit"])
    (Path(repository.path) / "note.txt").write_text("other\n")
    repository.git("add", "note.txt")
    repository.git("commit", "--quiet", "--message", "other")
    with pytest.raises(AssertionError, match="CONFLICT"):
        repository.git("-C", str(worktree), "merge", "other")
    until(lambda: newest(copies[0], "branch.updated").get("operation") == "merge", "a merge in progress is told")
    assert newest(copies[0], "branch.updated")["conflictedFiles"] == [{"path": "note.txt", "kind": "bothAdded"}]


def test_nobody_is_told_of_what_nobody_watches(shared_hub):
    run, _ = ended(shared_hub, "unwatched-worktree")
    worktree = Path(run["worktreePath"])
    live = shared_hub.live()
    copy = live.follow(f"run:{run['id']}")
    (worktree / "seen.txt").write_text("text\n")
    until(lambda: newest(copy, "branch.updated").get("untracked") == 1, "it is told")
    live.call("unsubscribe", channel=f"run:{run['id']}")
    (worktree / "unseen.txt").write_text("text\n")
    other = shared_hub.live().follow(f"run:{run['id']}")
    until(lambda: newest(other, "branch.updated").get("untracked") == 2, "the next viewer hears what is new")
