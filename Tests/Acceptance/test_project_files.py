"""Files of worktrees and projects from outside, and the folders of the hub's machine."""
import os
from pathlib import Path

import pytest

from problem import Problem
from repository import Repository


@pytest.fixture
def world(shared_hub, request):
    """(hub, project, its repository, a run that has ended, its worktree)"""
    project, repository = shared_hub.project(request.node.name.replace("_", "-")[:40])
    run = shared_hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", start=True,
        options={"argv": ["sh", "-c", "mkdir src; echo one > src/main.txt; echo ignored.txt > .gitignore"]})
    run = shared_hub.wait_for_run(run, "completed")
    return shared_hub, project, repository, run, Path(run["worktreePath"])


def refused(code, call, *arguments, **members):
    with pytest.raises(Problem) as error:
        call(*arguments, **members)
    assert error.value.code == code, error.value


def test_files_are_listed_read_found_and_searched(world):
    hub, project, repository, run, worktree = world
    at = f"/api/runs/{run['id']}"
    (worktree / "binary").write_bytes(b"\0\xff\x01")
    listing = hub.get(f"{at}/tree")
    assert [item["path"] for item in listing["files"]] == ["src", ".gitignore", "README.md", "binary"]
    assert hub.get(f"{at}/tree?path=src")["files"] == [{"path": "src/main.txt", "kind": "file", "byteCount": 4}]
    tracked = hub.get(f"{at}/tree?tracked=true")["files"]
    assert [item["path"] for item in tracked] == [".gitignore", "README.md", "src/main.txt"]
    assert [item["path"] for item in hub.get(f"/api/projects/{project['slug']}/files?tracked=true")["files"]] == ["README.md"]

    file = hub.get(f"{at}/content?path=src/main.txt&offset=1&length=2")
    assert (file["text"], file["byteCount"], file["offset"]) == ("ne", 4, 1)
    assert hub.get(f"{at}/content?path=binary")["base64"] == "AP8B"
    refused("RANGE_NOT_SATISFIABLE", hub.get, f"{at}/content?path=binary&offset=4")

    for number in range(3):
        repository.write({"often.txt": f"{number}\n"})
        repository.commit(f"often {number}")
    repository.write({"rare.txt": "A needle here\n", "new-often.md": "x\n"})
    at = f"/api/projects/{project['id']}"
    assert hub.get(f"{at}/files/find?q=txt") == ["often.txt", "rare.txt"]
    assert hub.get(f"{at}/files/find?q=often") == ["often.txt", "new-often.md"]
    found = hub.get(f"{at}/files/search?q=NEEDLE")
    assert found == {"matches": [{"path": "rare.txt", "line": 1, "text": "A needle here"}], "truncated": False}
    repository.write({f"many{number}": "haystack\n" for number in range(9)})
    found = hub.get(f"{at}/files/search?q=haystack&limit=5")
    assert len(found["matches"]) == 5 and found["truncated"]


def test_files_are_written_copied_moved_deleted_and_brought_back(world):
    hub, project, repository, run, worktree = world
    at = f"/api/runs/{run['id']}"
    made = hub.post(f"{at}/content", path="docs/deep/notes.txt", text="first\n")
    assert (worktree / "docs/deep/notes.txt").read_text() == "first\n"
    refused("VERSION_STALE", hub.post, f"{at}/content", path="docs/deep/notes.txt", text="no", tag="")
    (worktree / "docs/deep/notes.txt").write_text("by somebody else\n")
    refused("VERSION_STALE", hub.post, f"{at}/content", path="docs/deep/notes.txt", text="no", tag=made["tag"])
    read = hub.get(f"{at}/content?path=docs/deep/notes.txt")
    os.chmod(worktree / "docs/deep/notes.txt", 0o755)
    hub.post(f"{at}/content", path="docs/deep/notes.txt", base64="AAE=", tag=read["tag"])
    assert (worktree / "docs/deep/notes.txt").read_bytes() == b"\0\1"
    assert os.stat(worktree / "docs/deep/notes.txt").st_mode & 0o777 == 0o755

    assert hub.post(f"{at}/files/copy", path="src/main.txt")["path"] == "src/main copy.txt"
    assert hub.post(f"{at}/files/copy", path="src/main.txt")["path"] == "src/main copy 2.txt"
    hub.post(f"{at}/files/move", path="src/main copy.txt", to="moved/here.txt")
    assert (worktree / "moved/here.txt").read_text() == "one\n"
    refused("ALREADY_EXISTS", hub.post, f"{at}/files/move", path="src/main.txt", to="moved/here.txt")
    hub.post(f"{at}/files/move", path="moved", to="again")
    assert (worktree / "again/here.txt").exists()

    gone = hub.post(f"{at}/files/delete", path="again/here.txt")
    assert not (worktree / "again/here.txt").exists()
    back = hub.post(f"{at}/files/restore", path="again/here.txt", snapshot=gone["undo"])
    assert (worktree / "again/here.txt").read_text() == "one\n" and back["tag"]
    refused("ALREADY_EXISTS", hub.post, f"{at}/files/restore", path="again/here.txt", snapshot=gone["undo"])
    (worktree / "ignored.txt").write_text("precious\n")
    refused("TARGET_BUSY", hub.post, f"{at}/files/delete", path="ignored.txt")
    assert (worktree / "ignored.txt").read_text() == "precious\n"
    assert not [name for name in os.listdir(worktree) if name.startswith(".roost-")]

    # A project's own folder, the same.
    at = f"/api/projects/{project['id']}"
    hub.post(f"{at}/content", path="here.txt", text="here\n")
    gone = hub.post(f"{at}/files/delete", path="here.txt")
    assert not (repository.path / "here.txt").exists()
    hub.post(f"{at}/files/restore", path="here.txt", snapshot=gone["undo"])
    assert (repository.path / "here.txt").read_text() == "here\n"


def test_folders_are_made_copied_moved_deleted_and_brought_back(world):
    hub, project, repository, run, worktree = world
    for at, top in [(f"/api/runs/{run['id']}", worktree), (f"/api/projects/{project['id']}", repository.path)]:
        assert hub.post(f"{at}/files/folder", path="one/deep") == {"path": "one/deep"}
        refused("ALREADY_EXISTS", hub.post, f"{at}/files/folder", path="one")
        (top / "one/deep/file.txt").write_text("text\n")
        (top / "one/run.sh").write_text("#!/bin/sh\n")
        (top / "one/run.sh").chmod(0o755)
        (top / "one/link").symlink_to("deep/file.txt")
        assert hub.post(f"{at}/files/copy", path="one") == {"path": "one copy"}
        assert hub.post(f"{at}/files/copy", path="one")["path"] == "one copy 2"
        assert hub.post(f"{at}/files/copy", path="one", to="other/place")["path"] == "other/place"
        assert hub.post(f"{at}/files/copy", path="one", to="other/place")["path"] == "other/place copy"
        for copy in ["one copy", "one copy 2", "other/place", "other/place copy"]:
            assert (top / copy / "deep/file.txt").read_text() == "text\n"
            assert os.readlink(top / copy / "link") == "deep/file.txt"
            assert os.stat(top / copy / "run.sh").st_mode & 0o777 == 0o755
        refused("VALIDATION_FAILED", hub.post, f"{at}/files/copy", path="one", to="one/inside")

        gone = hub.post(f"{at}/files/delete", path="one")
        assert not (top / "one").exists()
        hub.post(f"{at}/files/restore", path="one", snapshot=gone["undo"])
        assert (top / "one/deep/file.txt").read_text() == "text\n" and os.readlink(top / "one/link") == "deep/file.txt"
        assert os.stat(top / "one/run.sh").st_mode & 0o111
        refused("ALREADY_EXISTS", hub.post, f"{at}/files/restore", path="one", snapshot=gone["undo"])
        refused("FILE_NOT_FOUND", hub.post, f"{at}/files/restore", path="nothing", snapshot=gone["undo"])

        # What no snapshot holds stays.
        (top / ".gitignore").write_text("*.secret\n")
        (top / "one/deep/my.secret").write_text("precious\n")
        refused("TARGET_BUSY", hub.post, f"{at}/files/delete", path="one")
        assert (top / "one/deep/my.secret").read_text() == "precious\n"
        Repository.create(top / "one copy/nested")
        refused("TARGET_BUSY", hub.post, f"{at}/files/delete", path="one copy")
        assert (top / "one copy/nested/README.md").exists() and (top / "one copy/deep/file.txt").exists()
        assert not (top / hub.post(f"{at}/files/copy", path="one copy")["path"] / "nested/.git").exists()
        (top / "hollow").mkdir()
        assert "undo" not in hub.post(f"{at}/files/delete", path="hollow") and not (top / "hollow").exists()
        for verb, members in [("delete", {}), ("copy", {}), ("move", {"to": "theirs"}), ("folder", {})]:
            refused("PATH_FORBIDDEN", hub.post, f"{at}/files/{verb}", path=".git", **members)
            refused("PATH_FORBIDDEN", hub.post, f"{at}/files/{verb}", path="one copy/nested/.git", **members)
        refused("PATH_FORBIDDEN", hub.post, f"{at}/files/copy", path="one", to="hollow/.git")
        refused("PATH_FORBIDDEN", hub.post, f"{at}/content", path="hollow/.git", text="gitdir: /etc")
        assert not [name for name in os.listdir(top) if name.startswith(".roost-")]


def test_no_path_leads_out(world):
    hub, project, repository, run, worktree = world
    at = f"/api/runs/{run['id']}"
    (worktree / "out").symlink_to(repository.path)
    (worktree / "hub").symlink_to(worktree.parent.parent)
    for path in ["../x", "/etc/passwd", "a/../../x", "./a"]:
        refused("VALIDATION_FAILED", hub.get, f"{at}/content?path={path}")
        refused("VALIDATION_FAILED", hub.post, f"{at}/content", path=path, text="x")
    for path in ["out/README.md", "hub/roost.sqlite", ".git", ".git/config"]:
        refused("PATH_FORBIDDEN", hub.get, f"{at}/content?path={path}")
        refused("PATH_FORBIDDEN", hub.post, f"{at}/content", path=path + "/new", text="x")
    refused("FILE_NOT_FOUND", hub.get, f"{at}/content?path=nothing")
    refused("VALIDATION_FAILED", hub.get, f"{at}/content?path=src")
    live = hub.live()
    refused("VALIDATION_FAILED", live.call, "files.list", run=run["id"], project=project["id"])
    refused("VALIDATION_FAILED", live.call, "files.list")


def test_folders_are_browsed_inside_of_the_roots(shared_hub):
    hub = shared_hub
    project, repository = hub.project("browsed")
    root = hub.get("/api/folders")["folders"][0]["path"]
    listing = hub.get("/api/folders", path=str(repository.path.parent))
    own = [item for item in listing["folders"] if item["path"] == str(repository.path)]
    assert own[0].pop("modifiedAt").endswith("Z")
    assert own == [{"name": repository.path.name, "path": str(repository.path), "repository": True}]
    assert str(repository.path) in hub.get("/api/folders/repositories", path=str(repository.path.parent))["repositories"]
    assert "parent" not in hub.get("/api/folders", path=root)
    (repository.path.parent / "escape").symlink_to("/etc")
    for path in ["/etc", str(repository.path.parent / "escape"), root + "/.."]:
        refused("PATH_FORBIDDEN", hub.get, "/api/folders", path=path)
        refused("PATH_FORBIDDEN", hub.get, "/api/folders/repositories", path=path)
    assert not [item for item in hub.get("/api/folders", path=root)["folders"] if item["path"] == str(hub.data)]


def test_branches_places_and_editors(world):
    hub, project, repository, run, worktree = world
    repository.git("branch", "feature/One")
    branches = hub.get(f"/api/projects/{project['id']}/branches")
    assert {branch["name"] for branch in branches} == {"main", "feature/One", run["branch"]}
    assert [branch["name"] for branch in branches if branch["current"]] == ["main"]
    assert [branch["name"] for branch in hub.get(f"/api/projects/{project['id']}/branches?q=ONE")] == ["feature/One"]

    assert hub.get("/api/locate", place=f"{worktree}/src/main.txt") == {
        "projectId": project["id"], "runId": run["id"], "top": str(worktree), "path": "src/main.txt"}
    assert hub.get("/api/locate", place=str(repository.path)) == {
        "projectId": project["id"], "top": str(repository.path), "path": ""}
    refused("FILE_NOT_FOUND", hub.get, "/api/locate", place="/etc/passwd")
    refused("FILE_NOT_FOUND", hub.get, "/api/locate", place=f"{repository.path}x/file")

    url = hub.get(f"/api/runs/{run['id']}/editor?editor=vscode&path=src/main.txt&line=1&host=box")["url"]
    assert url == f"vscode://vscode-remote/ssh-remote+box{worktree}/src/main.txt:1"
    assert hub.get(f"/api/projects/{project['id']}/editor?editor=zed")["url"] == f"zed://file{repository.path}"
    refused("VALIDATION_FAILED", hub.get, f"/api/runs/{run['id']}/editor?editor=idea&host=box")
