"""The hub, and git with it, dies by `kill -9` in the middle of every verb that works on a repository or a worktree: whoever starts it again finds
the repository usable, and everything that was in it.

A git that is found first in the hub's PATH counts the commands, and at one of them ends the hub. Which one is by chance:
`ROOST_FAULT_SEED=<seed>` repeats, `ROOST_FAULT_ROUNDS=<count>` makes more of it."""
import os
import pathlib
import random
import shutil

import httpx
import pytest
import yaml

from hub import Hub, root
from repository import Repository
from waiting import patience_seconds, until

GIT = """#!/bin/sh
[ -e '{folder}/fault' ] || exec '{git}' "$@"
read -r wanted moment < '{folder}/fault'
count=$(($(cat '{folder}/count' 2>/dev/null || echo 0) + 1)); echo $count > '{folder}/count'
[ $count -eq $wanted ] || exec '{git}' "$@"
rm '{folder}/fault' 2>/dev/null || exec '{git}' "$@"
case $moment in
hub) kill -9 $(cat '{folder}/pid'); exec '{git}' "$@";;
both) '{git}' "$@" & sleep 0.004; kill -9 $(cat '{folder}/pid'); kill -9 0;;
esac
"""


class FaultyHub(Hub):
    @property
    def environment(self):
        return super().environment | {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}

    def start(self, take_over=False):
        git = self.folder / "bin" / "git"
        git.parent.mkdir(exist_ok=True)
        git.write_text(GIT.format(folder=self.folder, git=shutil.which("git")))
        git.chmod(0o755)
        super().start(take_over)
        (self.folder / "pid").write_text(str(self.pid))
        return self

    def die_at(self, count, moment):
        (self.folder / "count").unlink(missing_ok=True)
        (self.folder / "fault").write_text(f"{count} {moment}\n")

    def come_back(self):
        """Started again if it died, or is about to."""
        try:
            (self.folder / "fault").unlink()
        except FileNotFoundError:
            self.process.wait(patience_seconds)
            self.restart()


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = FaultyHub(tmp_path_factory.mktemp("faults") / "hub")
    try:
        yield hub.start()
    finally:
        hub.remove()


class Scene:
    """A run that has ended, with work on its branch and work that is not committed, and a snapshot of it."""

    def __init__(self, hub, name):
        self.hub = hub
        self.project, self.repository = hub.project(name, files={
            "shared.txt": "base\n", "kept.txt": "".join(f"{line}\n" for line in range(40))})
        remote = self.repository.path.parent / f"{name}.git"
        self.repository.git("clone", "--quiet", "--bare", ".", str(remote))
        self.repository.git("remote", "add", "origin", str(remote))
        self.remote = str(remote)
        hub.http.patch(f"/api/projects/{self.project['id']}/policy", json={"autoGitPush": True}).raise_for_status()
        self.run = self.start()
        self.run = hub.wait_for_run(self.run, "completed")
        self.worktree = pathlib.Path(self.run["worktreePath"])
        self.path = f"/api/runs/{self.run['id']}"
        self.within = f"/api/projects/{self.project['id']}"
        (self.worktree / "kept.txt").write_text("changed\n")
        (self.worktree / "untracked.txt").write_text("untracked\n")
        self.snapshot = hub.post(f"{self.path}/snapshots")
        (self.worktree / "kept.txt").write_text("changed again\n")

    def start(self):
        return self.hub.post(
            f"/api/projects/{self.project['id']}/runs", provider="command", start=True,
            options={"argv": ["sh", "-c", "echo run > note.txt; echo run > shared.txt"]})

    def move_main(self, name):
        self.repository.write({name: "main\n"})
        self.repository.commit("Main")

    def move_remote(self, branch):
        """Somebody else's work comes to the remote."""
        self.repository.git("push", "--quiet", "origin", "main", self.run["branch"])
        other = self.repository.path.parent / f"{self.repository.path.name}-other"
        self.repository.git("clone", "--quiet", "--branch", branch, self.remote, str(other))
        other = Repository(other)
        other.write({"theirs.txt": "theirs\n"})
        other.commit("Theirs")
        other.git("push", "--quiet")

    def ask(self, path, /, **members):
        """The status, the problem's code and detail, and the answer; None when the hub was killed."""
        try:
            answer = self.hub.http.post(path if path.startswith("/api/") else self.path + path, json=members)
        except httpx.HTTPError:
            return None
        said = answer.json()
        return answer.status_code, said.get("code"), said.get("detail"), said.get("data")

    def contents(self):
        return {file: file.read_bytes() for top in (self.worktree, self.repository.path) if top.exists()
                for file in top.rglob("*") if file.is_file() and ".git" not in file.parts}

    def require_all(self, commits, contents):
        known = set(self.repository.git("rev-list", "--all", "--reflog").split())
        assert commits <= known, "every commit is reachable"
        objects = {line.split(" ")[0] for line in self.repository.git("rev-list", "--all", "--reflog", "--objects").splitlines()}
        there = set(self.contents().values())
        for file, content in contents.items():
            if content in there:
                continue
            lost = self.repository.path.parent / "lost"
            lost.write_bytes(content)
            assert self.repository.git("hash-object", str(lost)).strip() in objects, f"{file} is lost"


def patch_of(scene):
    return next(file["patch"] for file in scene.hub.get(f"{scene.path}/diff")["files"] if file["path"] == "kept.txt")


def conflicting(scene):
    scene.move_main("shared.txt")
    assert scene.ask("/rebase")[1] == "MERGE_CONFLICT"


def resolved(scene):
    conflicting(scene)
    (scene.worktree / "shared.txt").write_text("both\n")


def moved_on(scene):
    """The remote's branch of the run has more than the run has."""
    assert scene.ask("/commit")[0] == 200
    scene.move_remote(scene.run["branch"])


def clean(scene):
    return scene.ask(f"{scene.within}/worktrees/clean", runs=[scene.run["id"]])


def replace(scene):
    process = scene.hub.list(f"{scene.path}/processes")[0]["id"]
    said = scene.ask("/replace", processId=process, text="Again.", resetGit=True)
    if said and said[0] == 200:
        until(lambda: scene.hub.run(scene.run)["status"] in ("completed", "failed"), "it has ended once more")
    return said


def pull_project(scene):
    """A job of the hub's: it goes on when the answer has gone."""
    said = scene.ask(f"{scene.within}/pull")
    if said and said[0] < 300:
        try:
            until(lambda: scene.hub.get(f"/api/jobs/{said[3]['id']}")["status"] in ("done", "error"), "the job is over")
        except httpx.HTTPError:
            return None
    return said


# Operation, what is there before, and what is asked for.
VERBS = {
    "commit": ("runs.commit", None, lambda scene: scene.ask("/commit")),
    "commit-of-files": ("runs.commit", None, lambda scene: scene.ask("/commit", files=["kept.txt"])),
    "amend": ("runs.commit", None, lambda scene: scene.ask("/commit", amend=True)),
    "delete-file": ("runs.deletefile", None, lambda scene: scene.ask("/delete-file", path="note.txt")),
    "rename-branch": (
        "runs.rename", None,
        lambda scene: scene.ask("/rename-branch", branch=f"other-{scene.run['id'][-6:].lower()}")),
    "retarget": (
        "runs.retarget", lambda scene: scene.repository.git("branch", "release"),
        lambda scene: scene.ask("/target", targetBranch="release")),
    "rebase": ("runs.rebase", lambda scene: scene.move_main("elsewhere.txt"), lambda scene: scene.ask("/rebase")),
    "conflict": ("runs.rebase", lambda scene: scene.move_main("shared.txt"), lambda scene: scene.ask("/rebase")),
    "continue": ("conflicts.continue", resolved, lambda scene: scene.ask("/conflicts/continue")),
    "abort": ("conflicts.abort", conflicting, lambda scene: scene.ask("/conflicts/abort")),
    "merge": ("runs.merge", lambda scene: scene.move_main("elsewhere.txt"), lambda scene: scene.ask("/merge")),
    "squash": ("runs.merge", None, lambda scene: scene.ask("/merge", strategy="squash")),
    "fast-forward": ("runs.merge", None, lambda scene: scene.ask("/merge", strategy="fast-forward")),
    "push": ("runs.push", None, lambda scene: scene.ask("/push")),
    "force-push": ("runs.push", moved_on, lambda scene: scene.ask("/push", force=True)),
    "fetch": ("runs.fetch", moved_on, lambda scene: scene.ask("/fetch")),
    "pull": ("runs.pull", moved_on, lambda scene: scene.ask("/pull")),
    "pull-of-the-project": ("projects.pull", lambda scene: scene.move_remote("main"), pull_project),
    "snapshot": ("snapshots.create", None, lambda scene: scene.ask("/snapshots")),
    "restore": (
        "snapshots.restore", None, lambda scene: scene.ask(f"/snapshots/{scene.snapshot['id']}/restore")),
    "replace": ("runs.replace", None, replace),
    "revert-hunks": (
        "runs.revert", lambda scene: setattr(scene, "patch", patch_of(scene)),
        lambda scene: scene.ask("/revert", patch=scene.patch, hunks=[0])),
    "revert-patch": (
        "runs.revert", lambda scene: setattr(scene, "patch", patch_of(scene)),
        lambda scene: scene.ask("/revert", patch=scene.patch)),
    "revert-files": ("runs.revert", None, lambda scene: scene.ask("/revert", files=["kept.txt", "untracked.txt"])),
    "revert-all": ("runs.revert", None, lambda scene: scene.ask("/revert")),
    "clean": ("worktrees.clean", None, clean),
    "bring-back": ("worktrees.restore", clean, lambda scene: scene.ask("/worktree/restore")),
    "files-delete": ("files.delete", None, lambda scene: scene.ask("/files/delete", path="untracked.txt")),
    "files-restore": (
        "files.restore", lambda scene: (scene.worktree / "untracked.txt").rename(scene.worktree / "elsewhere.txt"),
        lambda scene: scene.ask("/files/restore", path="untracked.txt", snapshot=scene.snapshot["id"])),
    "files-write": ("files.write", None, lambda scene: scene.ask("/content", path="new/file.txt", text="new\n")),
    "files-move": ("files.move", None, lambda scene: scene.ask("/files/move", path="untracked.txt", to="new/file.txt")),
    "files-folder": ("files.folder", None, lambda scene: scene.ask("/files/folder", path="new/folder")),
    "files-copy": ("files.copy", None, lambda scene: scene.ask("/files/copy", path="untracked.txt")),
}
# The others of their kinds, and why they are not killed here.
ELSEWHERE = {
    "projects.create": "test_clone kills the hub amid a clone", "projects.clone": "test_clone kills the hub amid a clone",
    **dict.fromkeys(
        ("runs.create", "runs.start", "runs.ask", "runs.relay", "runs.relaunch", "runs.retry", "runs.message",
         "conflicts.resolve"), "a turn begins, as in the test below"),
    **dict.fromkeys(
        ("projects.update", "projects.archive", "projects.export", "projects.import", "projects.view", "runs.update", "runs.approve",
         "runs.stop", "runs.pause", "runs.resume", "runs.cancel", "runs.summarise"), "no git but a look"),
}
KINDS = ("conflicts.", "files.", "projects.", "runs.", "snapshots.", "worktrees.")
ROUNDS = range(int(os.environ.get("ROOST_FAULT_ROUNDS", 1)))


@pytest.mark.parametrize("round", ROUNDS)
@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_lost_when_the_hub_is_killed_amid(verb, round, hub):
    seed = int(os.environ.get("ROOST_FAULT_SEED", 1)) + round
    chance = random.Random(f"{verb} {seed}")
    scene = Scene(hub, f"{verb}-{round}")
    _, prepare, act = VERBS[verb]
    contents = scene.contents()
    if prepare:
        prepare(scene)
    contents |= scene.contents()
    # What holds a removed worktree is let go of when that is back.
    commits = set(scene.repository.git("rev-list", "--exclude=refs/roost/removed/*", "--all").split())
    moment = chance.choice(["hub", "both"])
    hub.die_at(chance.randint(1, 10), moment)
    try:
        act(scene)
    except httpx.HTTPError:
        pass
    hub.come_back()
    scene.require_all(commits, contents)

    def again():
        """Nothing that was left behind is in the way for ever."""
        said = act(scene)
        assert said and said[0] < 500, said
        return said if ".lock'" not in (said[2] or "") and said[1] not in ("TARGET_BUSY", "OVERLOADED") else None
    until(again, f"{verb} is not held up for ever")
    scene.require_all(commits, contents)
    if not scene.worktree.exists():
        assert verb == "clean" or hub.run(scene.run)["merge"] == "merged"
        return
    if hub.get(f"{scene.path}/branch").get("operation"):
        status, _, detail, _ = scene.ask("/conflicts/abort")
        assert status == 200, detail
    status, code, detail, _ = scene.ask("/commit")
    assert status == 200 or code == "NOTHING_TO_COMMIT" or hub.run(scene.run)["merge"] == "merged", detail
    scene.repository.git("fsck", "--no-progress", "--no-dangling", "--connectivity-only")
    scene.require_all(commits, contents)


def test_no_verb_is_left_out():
    """Whoever adds an operation on runs, files, worktrees or snapshots says here how it is killed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load((root / "protocol" / "openapi.yaml").read_text(), loader)
    operations = {
        operation["x-roost"].get("operation", "") for methods in document["paths"].values()
        for method, operation in methods.items() if method in ("post", "patch", "put", "delete")}
    killed = {operation for operation, _, _ in VERBS.values()}
    assert {operation for operation in operations if operation.startswith(KINDS)} == killed | set(ELSEWHERE)
    assert killed.isdisjoint(ELSEWHERE)


@pytest.mark.parametrize("round", ROUNDS)
def test_a_run_starts_when_the_hub_is_killed_while_its_worktree_is_made(round, hub):
    chance = random.Random(int(os.environ.get("ROOST_FAULT_SEED", 1)) + round)
    scene = Scene(hub, f"start-{round}")
    hub.die_at(chance.randint(1, 6), chance.choice(["hub", "both"]))
    try:
        run = scene.start()
    except httpx.HTTPError:
        # It died before it could answer: the run is there all the same, or was never made.
        run = None
    hub.come_back()
    run = run or next(iter(hub.list(f"/api/projects/{scene.project['id']}/runs")))

    def ended():
        now = hub.run(run)
        return now if now["status"] in ("completed", "failed", "interrupted") else None
    now = until(ended, "the run ends")
    if now["status"] != "completed":
        hub.post(f"/api/runs/{run['id']}/retry")
        now = hub.wait_for_run(run, "completed")
    assert (pathlib.Path(now["worktreePath"]) / "note.txt").read_text() == "run\n"
