"""Files of cards: streamed to the disk and from it, whole or not at all, and harmless in the hub's own origin."""
import hashlib
import json
import os
import pathlib
import socket
import subprocess

import pytest

from hub import binary, running
from problem import Problem
from waiting import until

MEGABYTE = bytes(range(256)) * 4096
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def card(shared_hub):
    project, _ = shared_hub.project("files")
    return shared_hub.card(project, "Card")


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "60",
                           *map(str, arguments)], check=True, capture_output=True).stdout


def path_of(card):
    return f"/api/cards/{card['id']}/attachments"


def stored(hub):
    return {path.name for path in (hub.data / "attachments").iterdir()}


def hexadecimal(content):
    return hashlib.sha256(content).hexdigest()


def test_curl_uploads_a_form_and_downloads_it_in_two_goes(shared_hub, card, tmp_path):
    source, target = tmp_path / "screen.png", tmp_path / "target"
    image = PNG + (MEGABYTE * 20)[len(PNG):]
    source.write_bytes(image)
    said = curl("--form", "note=hello", "--form", f"file=@{source};type=image/png", shared_hub.url + path_of(card))
    made = json.loads(said)["data"]
    assert (made["filename"], made["contentType"], made["byteCount"]) == ("screen.png", "image/png", 20 << 20)
    assert made["hash"] == "sha256:" + hexadecimal(image)
    url = f"{shared_hub.url}/api/attachments/{made['id']}"
    target.write_bytes(image[:5_000_000])
    curl("--continue-at", "-", "--output", target, url)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(source.read_bytes()).digest()


def test_httpx_uploads_a_form(shared_hub, card):
    name = 'say "hi" ü.txt'
    response = shared_hub.http.post(path_of(card), files={"file": (name, b"hello", "text/plain")}, data={"note": "x"})
    assert response.status_code == 201, response.text
    made = response.json()["data"]
    assert (made["filename"], made["byteCount"]) == (name, 5)
    assert response.headers["Location"] == f"/api/attachments/{made['id']}"
    got = shared_hub.http.get(response.headers["Location"])
    assert got.content == b"hello"
    assert got.headers["Content-Disposition"].startswith("inline; ")
    assert made in shared_hub.get(path_of(card))


def test_a_stranger_s_page_is_bytes_to_be_saved(shared_hub, card):
    made = shared_hub.http.post(path_of(card) + "?filename=page.html", content=b"<script>alert(1)</script>",
                                headers={"Content-Type": "text/html"}).json()["data"]
    assert made["contentType"] == "text/html"
    got = shared_hub.http.get(f"/api/attachments/{made['id']}")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_what_a_client_does_not_say_or_says_wrongly_the_bytes_say(shared_hub, card):
    for claim, content, type, shown in (
            (None, b"words\n", "text/plain; charset=utf-8", True), (None, PNG, "image/png", True),
            ("application/octet-stream", b"%PDF-1.7", "application/pdf", False),
            ("image/png", b"<svg onload='alert(1)'/>", "image/svg+xml", False),
            ("image/png", b"\x00\x01", "application/octet-stream", False),
            (None, b"<!doctype html><script>alert(1)</script>", "text/html", False)):
        made = shared_hub.http.post(path_of(card) + "?filename=a", content=content,
                                    headers={"Content-Type": claim} if claim else {}).json()["data"]
        assert made["contentType"] == type, (claim, content)
        got = shared_hub.http.get(f"/api/attachments/{made['id']}")
        assert got.headers["Content-Disposition"].startswith("inline; " if shown else "attachment; ")
        assert got.headers["ETag"] == f'"sha256:{hexadecimal(content)}"'


def test_an_upload_that_is_cut_leaves_nothing(shared_hub, card):
    before = stored(shared_hub)
    rows = shared_hub.get(path_of(card))
    with socket.create_connection(("127.0.0.1", shared_hub.port)) as client:
        client.sendall(f"POST {path_of(card)}?filename=a HTTP/1.1\r\nHost: localhost\r\n"
                       f"Content-Length: {len(MEGABYTE) * 2}\r\n\r\n".encode() + MEGABYTE)
    until(lambda: shared_hub.answer("GET", "/health").status_code == 200, "the hub goes on")
    assert stored(shared_hub) == before
    assert shared_hub.get(path_of(card)) == rows


def test_changes_are_told_and_the_card_takes_its_files_along(shared_hub):
    project, _ = shared_hub.project("told-files")
    card = shared_hub.card(project, "Card")
    copy = shared_hub.live().follow(f"card:{card['id']}")
    made = [shared_hub.http.post(path_of(card) + "?filename=a", content=b"told").json()["data"] for _ in range(2)]
    assert hexadecimal(b"told") in stored(shared_hub)
    until(lambda: {thing["id"] for thing in copy.of("att")} == {thing["id"] for thing in made}, "both are told")
    late = shared_hub.live().follow(f"card:{card['id']}")
    assert late.of("att") == copy.of("att")
    assert shared_hub.http.delete(f"/api/attachments/{made[0]['id']}").status_code == 204
    assert shared_hub.http.get(f"/api/attachments/{made[0]['id']}").json()["code"] == "ATTACHMENT_NOT_FOUND"
    assert shared_hub.http.delete(f"/api/cards/{card['id']}").status_code == 204
    until(lambda: not copy.of("att"), "they are gone")
    until(lambda: hexadecimal(b"told") not in stored(shared_hub), "so is the file that both had")


def is_being_written(hub):
    """Whether the hub has a file of the folder open, by whatever name."""
    folder = str(hub.data / "attachments") + "/"
    for link in pathlib.Path(f"/proc/{hub.pid}/fd").iterdir():
        try:
            if os.readlink(link).startswith(folder):
                return True
        except FileNotFoundError:       # closed meanwhile
            pass
    return False


def test_a_hub_that_is_killed_in_an_upload_has_what_was_whole(tmp_path):
    with running(tmp_path) as hub:
        project, _ = hub.project()
        card = hub.card(project, "Card")
        whole = hub.http.post(path_of(card) + "?filename=whole", content=MEGABYTE).json()["data"]
        with socket.create_connection(("127.0.0.1", hub.port)) as client:
            client.sendall(f"POST {path_of(card)}?filename=half HTTP/1.1\r\nHost: localhost\r\n"
                           f"Content-Length: {len(MEGABYTE) * 2}\r\n\r\n".encode() + MEGABYTE)
            until(lambda: is_being_written(hub), "the upload has begun")
            hub.kill()
        hub.start()
        assert hub.get(path_of(card)) == [whole]
        assert stored(hub) == {hexadecimal(MEGABYTE)}
        assert hub.http.get(f"/api/attachments/{whole['id']}").content == MEGABYTE
        check = subprocess.run([binary, "check", "--data", hub.data], capture_output=True, text=True, timeout=60)
        assert check.returncode == 0, check.stdout + check.stderr


def test_an_agent_finds_what_it_is_given_where_it_works_and_git_does_not(shared_hub):
    hub = shared_hub
    project, _ = hub.project("given")
    card = hub.card(project, "Look")
    first, second = (hub.http.post(path_of(card), params={"filename": name}, content=data).json()["data"]
                     for name, data in (("log one.TXT", b"first"), ("second", MEGABYTE)))
    script = "cd .roost-files && sha256sum * && cat .gitignore && git status --porcelain && echo \"$ROOST_PROMPT\""
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["sh", "-c", script]},
                   prompt="See", attachments=[first["id"], second["id"]], start=True)
    assert hub.wait_for_run(run, "completed", "failed")["status"] == "completed"
    entries = [entry["content"] for entry in hub.list(f"/api/runs/{run['id']}/entries")]
    said = [content["text"] for content in entries if content["kind"] == "output"]
    assert said[:4] == [f"{hashlib.sha256(b'first').hexdigest()}  {first['id']}.txt",
                        f"{hashlib.sha256(MEGABYTE).hexdigest()}  {second['id']}", "*", "See"]
    assert any(line.endswith(f"/.roost-files/{first['id']}.txt (log one.TXT)") for line in said)
    assert [file["filename"] for file in entries[0]["attachments"]] == ["log one.TXT", "second"]

    with pytest.raises(Problem) as foreign:
        other, _ = hub.project("not-given")
        hub.post(f"/api/projects/{other['id']}/runs", provider="command", options={"argv": ["true"]}, prompt="See",
                 attachments=[first["id"]])
    assert foreign.value.code == "VALIDATION_FAILED"
