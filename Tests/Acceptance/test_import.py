"""A project that is imported is the one that was exported, up to its identifiers; what is no export changes nothing."""
import io
import json
import re
import subprocess
import tarfile

import pytest

from hub import binary, running
from problem import Problem
from test_export import a_project_with_everything, by_id, exported, read
from waiting import patience_seconds, until

# What a run has on one machine only, and what an imported project is otherwise.
OF_THE_MACHINE = {"worktreePath", "setUpPath", "sessionId", "sessionCostUsd"}
OF_THE_PROJECT = {"slug", "status", "archivedAt", "updatedAt", "version", "path"}


def known(rows, *without):
    """Rows without what an import changes: identifiers keep their time and their last 8 characters."""
    text = json.dumps([{name: value for name, value in row.items() if name not in without} for row in rows])
    return json.loads(re.sub(r"\b([a-z]{3}_[0-9A-Z]{10})[0-9A-Z]{8}([0-9A-Z]{8})\b", r"\1--------\2", text))


def imported(hub, export, **input):
    job = hub.post("/api/projects/import", export=export, **input)
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] in ("done", "error"), "the import is over")
    return hub.get(f"/api/jobs/{job['id']}")


def brought(hub, content):
    response = hub.http.post("/api/exports", content=content)
    assert response.status_code == 201, response.text
    item = response.json()["data"]
    assert item["byteCount"] == len(content)
    return item["name"]


def check(hub):
    done = subprocess.run(
        [str(binary), "check", "--data", str(hub.data)], env=hub.environment, capture_output=True, text=True,
        timeout=patience_seconds)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_line_brings_an_export_to_a_hub_at_work(hub, tmp_path):
    project, _, _, attachment = a_project_with_everything(hub)
    file = tmp_path / "a.tar"
    exported(hub, project, file)

    def bring(path, *options):
        return subprocess.run(
            [str(binary), "import", str(path), "--url", hub.url, *options], env=hub.environment, capture_output=True,
            text=True, timeout=patience_seconds)
    done = bring(file, "--name", "Copied", "--slug", "copied")
    assert done.returncode == 0, done.stderr
    copy = hub.get("/api/projects/copied")
    assert (done.stdout, copy["name"], copy["status"]) == (copy["id"] + "\n", "Copied", "archived")
    assert len(hub.get("/api/exports")) == 1, "what was sent is not kept twice"
    taken = bring(file, "--slug", "copied")
    assert taken.returncode == 1 and "copied" in taken.stderr
    broken = tmp_path / "b.tar"
    broken.write_bytes(file.read_bytes()[:2_000])
    assert bring(broken).returncode == 1 and bring(tmp_path / "none.tar").returncode == 1
    assert bring(file, "--path", str(tmp_path)).returncode == 1, "no repository, or outside of the roots"


def test_a_copy_beside_the_original_is_the_same_up_to_identifiers(hub):
    project, card, run, attachment = a_project_with_everything(hub)
    name = exported(hub, project, hub.folder / "a.tar")
    lines, files, _ = read(hub.folder / "a.tar")
    job = imported(hub, name)
    assert job["status"] == "done", job
    copy = hub.get(f"/api/projects/{job['result']['projectId']}")
    assert (copy["slug"], copy["status"], copy["name"]) == ("told-2", "archived", project["name"])
    again = exported(hub, copy, hub.folder / "b.tar")
    copied, copied_files, _ = read(hub.folder / "b.tar")
    for part in lines:
        if part == "events":
            continue
        without = OF_THE_PROJECT if part == "project" else OF_THE_MACHINE if part == "runs" else ()
        assert known(copied[part], *without) == known(lines[part], *without), part
        assert not {row["id"] for row in copied[part]} & {row["id"] for row in lines[part]}
    assert sorted(copied_files.values()) == sorted(files.values())
    # What was told before is told as it was, with the same numbers; what became otherwise comes behind it.
    count = len(lines["events"])
    assert known(copied["events"][:count]) == known(lines["events"])
    assert "project.created" in {event["type"] for event in copied["events"][count:]}
    assert [event["seq"] for event in copied["events"]] == list(range(1, len(copied["events"]) + 1))
    # It is there for those who use it as well.
    mine = next(row for row in hub.list(f"/api/projects/{copy['id']}/cards") if row["title"] == "Card")
    there = hub.get(f"/api/cards/{mine['id']}/attachments")[0]
    assert hub.http.get(f"/api/attachments/{there['id']}").content == b"notes" * 10_000
    until(lambda: [hit for hit in hub.get("/api/search", q="größer", project=copy["id"])], "its words are found")
    # The copy of the copy too, and the original is what it was.
    assert imported(hub, again)["status"] == "done"
    exported(hub, project, hub.folder / "c.tar")
    assert read(hub.folder / "c.tar")[0]["cards"] == lines["cards"]
    hub.stop()
    check(hub)


def test_another_hub_goes_on_with_it(hub, tmp_path):
    project, card, run, _ = a_project_with_everything(hub)
    waiting = hub.post(f"/api/cards/{hub.card(project, 'Second', 'demo: pace=0')['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(waiting, "waiting")
    exported(hub, project, hub.folder / "a.tar")
    with running(tmp_path / "other") as other:
        subprocess.run(
            ["git", "clone", "-q", project["path"], str(other.roots / "clone")], check=True, timeout=patience_seconds)
        live = other.live()
        copy = live.follow("hub")
        name = brought(other, (hub.folder / "a.tar").read_bytes())
        job = imported(other, name, path=str(other.roots / "clone"), name="Moved", slug="moved")
        assert job["status"] == "done", job
        moved = other.get("/api/projects/moved")
        assert (moved["status"], moved["name"]) == ("ready", "Moved")
        assert moved["path"] == str(other.roots / "clone")
        live.wait(lambda: copy.events_of("project.created"), "the project is told of")
        runs = other.list(f"/api/projects/{moved['id']}/runs")
        assert sorted(row["status"] for row in runs) == ["cancelled", "completed", "interrupted"]
        assert [row["status"] for row in other.get(f"/api/projects/{moved['id']}/approvals")].count("pending") == 0
        card = other.card(moved, "Here", "demo: pace=0 paragraphs=1")
        run = other.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
        other.wait_for_run(run, "waiting")
        other.post(f"/api/runs/{run['id']}/approve", decision="approve")
        other.wait_for_run(run, "completed")
        with pytest.raises(Problem) as taken:
            other.post("/api/projects/import", export=name, path=str(other.roots / "clone"))
        assert taken.value.code == "ALREADY_EXISTS"
        assert imported(other, name, slug="moved")["error"]["detail"].startswith("slug moved is taken")
        other.stop()
        check(other)


def test_members_are_not_in_an_export(hub):
    """Users are the hub's own: an imported project has no members, whatever its history says of them."""
    project, _ = hub.project("told")
    first = hub.post("/api/auth/setup", name="ada")
    hub.http.headers["Authorization"] = f"Bearer {first['secret']}"
    hub.post("/api/users", name="bob")
    hub.post(f"/api/projects/{project['id']}/members", user="bob", role="editor")
    name = exported(hub, project, hub.folder / "a.tar")
    lines, _, _ = read(hub.folder / "a.tar")
    assert "members" not in lines
    assert [event["type"] for event in lines["events"] if event["type"].startswith("member.")] == ["member.created"]
    job = imported(hub, name)
    assert job["status"] == "done", job
    assert hub.get(f"/api/projects/{job['result']['projectId']}/members") == []
    told = hub.get(f"/api/projects/{job['result']['projectId']}/events", limit=500)
    assert [event["type"] for event in told if event["type"].startswith("member.")] == [
        "member.created", "member.deleted"]
    hub.stop()
    check(hub)


def packed(parts):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def unpacked(path):
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers()}


def edited(parts, name, change):
    return parts | {name: change(parts[name])}


def line_of(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def rows_of(content):
    return [json.loads(line) for line in content.splitlines()]


def hostile(parts, attachment):
    """(what an archive has, a word of what is said of it)"""
    def changed(name, **members):
        return packed(edited(parts, name, lambda text: line_of([row | members for row in rows_of(text)])))
    own = f"attachments/{attachment['id']}"
    manifest = json.loads(parts["manifest.json"])
    yield b"", "ends in the middle"
    yield b"\1" * 2048, "no tar archive"
    whole = packed(parts)
    yield whole[:len(whole) // 2], "ends"
    yield packed({"../../etc/passwd": b"x"} | parts), "which no export has"
    yield packed({"/etc/passwd": b"x"} | parts), "which no export has"
    yield packed({"attachments/../x": b"x"} | parts), "which no export has"
    yield packed({name: content for name, content in parts.items() if name != "manifest.json"}), "manifest.json"
    yield packed({name: content for name, content in parts.items() if name != "cards.jsonl"}), "not all parts"
    yield packed({name: content for name, content in parts.items() if name != own}), "files"
    yield packed(parts | {own: b"shorter"}), "attachments.jsonl, line 1: has no file of"
    yield packed(parts | {"manifest.json": json.dumps(manifest | {"format": 2}).encode()}), "format 2"
    yield packed(edited(parts, "cards.jsonl", lambda text: text + text.splitlines(True)[0])), "twice"
    yield packed(edited(parts, "cards.jsonl", lambda text: text.rstrip(b"\n"))), "no end"
    yield packed(edited(parts, "boards.jsonl", lambda text: b"{]\n")), "boards.jsonl, line 1"
    yield packed(edited(parts, "boards.jsonl", lambda text: b"")), "boards.jsonl should have 1 lines"
    yield changed("cards.jsonl", title=""), "no title"
    yield changed("cards.jsonl", prompt="x" * 300_000), "prompt"
    yield changed("cards.jsonl", id="crd_../../../../../../etc/x"), "no identifier"
    yield changed("cards.jsonl", projectId="prj_01JD6Z5Z0A0000000000000000"), "another project"
    yield changed("columns.jsonl", boardId="brd_01JD6Z5Z0A0000000000000000"), "not there"
    yield changed("entries.jsonl", index=7), "not the next entry"
    yield changed("attachments.jsonl", filename="../../x"), "name or type"
    yield changed("attachments.jsonl", hash="sha256:" + "0" * 64), "not what its hash says"
    yield changed("attachments.jsonl", hash="../../x"), "no attachment"
    yield changed("events.jsonl", seq=7), "not the next"
    yield packed(edited(parts, "events.jsonl", lambda text: b"".join(text.splitlines(True)[:-1]))), "events.jsonl"
    yield changed("runs.jsonl", status="winning"), "no run"
    link = tarfile.TarInfo("project.jsonl")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(link)
    yield file.getvalue(), "no plain file"


def test_what_is_no_export_changes_nothing(hub):
    project, _, _, attachment = a_project_with_everything(hub)
    exported(hub, project, hub.folder / "a.tar")
    parts = unpacked(hub.folder / "a.tar")
    before = hub.get("/api/projects")
    for content, word in hostile(parts, attachment):
        job = imported(hub, brought(hub, content))
        assert job["status"] == "error" and word in job["error"]["detail"], (word, job)
        assert hub.get("/api/projects") == before
    # Told of and not there: seen when all is in, and taken out again.
    gone = packed(edited(
        edited(parts, "entries.jsonl", lambda text: b""), "manifest.json",
        lambda text: json.dumps(without_lines(json.loads(text), "entries.jsonl")).encode()))
    job = imported(hub, brought(hub, gone))
    assert "is not in the archive" in job["error"]["detail"], job
    assert hub.get("/api/projects") == before
    assert hub.post("/api/projects/import", export=exported(hub, project, hub.folder / "b.tar"))
    assert len(list((hub.data / "attachments").iterdir())) <= 2 + 1
    hub.stop()
    check(hub)


def without_lines(manifest, name):
    for file in manifest["files"]:
        if file["name"] == name:
            file["lines"] = 0
    return manifest


def test_an_import_that_is_killed_leaves_nothing(hub):
    project, _, _, _ = a_project_with_everything(hub)
    for number in range(300):
        hub.card(project, f"card {number}")
    name = exported(hub, project, hub.folder / "a.tar")
    before = hub.get("/api/projects")
    for progress in (0.0, 0.5, 0.9):
        job = hub.post("/api/projects/import", export=name)
        until(lambda: hub.get(f"/api/jobs/{job['id']}")["progress"] >= progress, "it is so far")
        hub.restart()
        if hub.get(f"/api/jobs/{job['id']}")["status"] == "done":
            before = hub.get("/api/projects")
            continue
        assert hub.get(f"/api/jobs/{job['id']}")["error"]["reason"] == "interrupted"
        assert hub.get("/api/projects") == before
    hub.stop()
    check(hub)
