"""Repositories that are not as simple as they could be: with submodules, with LFS, without a commit."""
import pathlib

from repository import Repository
from test_landing import refused


def run_of(hub, project, script):
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-ec", script]})
    return hub.wait_for_run(run, "completed", "failed")


def test_submodules_are_left_as_they_are_and_nothing_of_them_is_lost(shared_hub):
    hub = shared_hub
    _, inner = hub.project("inner-of-submodules")
    project, repository = hub.project("with-submodules")
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(inner.path), "sub")
    repository.commit("A submodule")
    plain = run_of(hub, project, "echo one > note.txt")
    path = f"/api/runs/{plain['id']}"
    assert [file["path"] for file in hub.get(f"{path}/diff")["files"]] == ["note.txt"]
    assert hub.get(f"{path}/branch")["changed"] == 0
    assert hub.post(f"{path}/merge")["merge"] == "merged"
    assert repository.git("status", "--porcelain") == "", "the submodule of the project's own folder is as it was"

    filled = run_of(hub, project, """
        git -c protocol.file.allow=always submodule --quiet update --init
        echo two > sub/inner.txt
        cd sub && git add inner.txt && git -c user.name=n -c user.email=e commit --quiet --message Inner
        """)
    worktree, path = pathlib.Path(filled["worktreePath"]), f"/api/runs/{filled['id']}"
    files = hub.get(f"{path}/diff")["files"]
    assert [file["path"] for file in files] == ["sub"] and "Subproject commit" in files[0]["patch"]
    assert hub.get(f"{path}/file?path=sub")["new"]["kind"] == "submodule"
    assert hub.post(f"{path}/snapshots")["head"] == filled["headCommit"]
    assert hub.post(f"{path}/merge")["merge"] == "merged"
    assert (worktree / "sub" / "inner.txt").read_text() == "two\n", "what nobody else has stays where it is"


def test_lfs_without_its_program_is_told_when_contents_would_not_come_to_a_remote(shared_hub):
    hub = shared_hub
    project, repository = hub.project("with-lfs", files={".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    remote = repository.path.parent / "with-lfs.git"
    repository.git("init", "--quiet", "--bare", str(remote))
    repository.git("remote", "add", "origin", str(remote))
    hub.http.patch(f"/api/projects/{project['id']}/policy", json={"autoGitPush": True}).raise_for_status()
    small = run_of(hub, project, "echo one > note.txt")
    hub.post(f"/api/runs/{small['id']}/push")
    large = run_of(hub, project, "echo contents > large.bin")
    assert large["status"] == "completed" and large["diff"]["filesChanged"] == 1
    error = refused(hub.post, f"/api/runs/{large['id']}/push")
    assert error.code == "GIT_FAILED" and "git-lfs" in error.document["detail"] and "large.bin" in error.document["detail"]
    assert large["branch"] not in repository.git("ls-remote", "origin")
    # What is there is whole all the same, and lands here.
    assert hub.post(f"/api/runs/{large['id']}/merge")["merge"] == "merged"
    assert repository.show("main", "large.bin") == "contents\n"


def test_a_filter_that_is_asked_for_and_absent_keeps_the_work_in_its_worktree(shared_hub):
    hub = shared_hub
    project, repository = hub.project("with-a-filter", files={".gitattributes": "*.bin filter=lfs\n"})
    for name, command in (("clean", "git-lfs clean -- %f"), ("smudge", "git-lfs smudge -- %f")):
        repository.git("config", f"filter.lfs.{name}", command)
    repository.git("config", "filter.lfs.required", "true")
    run = run_of(hub, project, "echo contents > large.bin; echo one > note.txt")
    worktree = pathlib.Path(run["worktreePath"])
    assert (worktree / "large.bin").read_text() == "contents\n"
    error = refused(hub.post, f"/api/runs/{run['id']}/commit")
    assert error.code == "GIT_FAILED" and "large.bin" in error.document["detail"]
    assert refused(hub.post, f"/api/runs/{run['id']}/merge").code == "GIT_FAILED"
    assert (worktree / "large.bin").read_text() == "contents\n"


def test_a_repository_without_a_commit_gets_one_to_begin_with(shared_hub):
    hub = shared_hub
    path = hub.roots / "without-a-commit"
    path.mkdir()
    repository = Repository(path)
    repository.git("init", "--quiet", "--initial-branch", "main")
    (path / "there.txt").write_text("was there\n")
    project = hub.post("/api/projects", path=str(path), name="without-a-commit")
    run = run_of(hub, project, "echo one > note.txt")
    assert run["status"] == "completed", run
    at = f"/api/runs/{run['id']}"
    assert [file["path"] for file in hub.get(f"{at}/diff")["files"]] == ["note.txt"]
    assert hub.get(f"/api/projects/{project['id']}/files/search?q=there")["matches"][0]["path"] == "there.txt"
    hub.post(f"{at}/snapshots")
    assert hub.post(f"{at}/merge")["merge"] == "merged"
    assert (path / "note.txt").read_text() == "one\n" and (path / "there.txt").read_text() == "was there\n"
