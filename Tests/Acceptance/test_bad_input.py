"""Whatever comes in, the answer is a problem document, and the hub is there afterwards."""
import json
import random
import socket

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from problem import Problem
from waiting import patience_seconds

UNKNOWN = "01JD6Z5Z0A0000000000000000"


@pytest.fixture(autouse=True)
def hub(shared_hub):
    """The module's hub; it must have survived."""
    yield shared_hub
    assert shared_hub.is_running()
    assert shared_hub.answer("GET", "/health").json()["ok"] is True


@pytest.fixture(scope="module")
def place(shared_hub):
    """A project with a card."""
    project, repository = shared_hub.project("place")
    return project, shared_hub.card(project, "Card"), repository


def refused(response, status, code):
    """The problem document of a response, which must be a whole one."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert (document["status"], document["code"]) == (status, code)
    return document


def fields(document):
    return {error["pointer"] for error in document["errors"]}


# Routes.

@pytest.mark.parametrize("path", ["/api/nothing", "/api/projects/a/b/c/d", "/api", "/nothing.html", "/api/projects/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_route(hub, method, path):
    refused(hub.http.request(method, path), 404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize("method, path, allowed", [
    ("PUT", "/api/projects", {"GET", "HEAD", "POST", "OPTIONS"}),
    ("PATCH", "/api/runs/x/start", {"POST", "OPTIONS"}),
    ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
    ("DELETE", "/", {"GET", "HEAD", "OPTIONS"}),
])
def test_wrong_method(hub, method, path, allowed):
    response = hub.http.request(method, path)
    refused(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_unknown_method(hub):
    refused(hub.http.request("BREW", "/api/info"), 501, "NOT_IMPLEMENTED")


def test_options_and_head(hub):
    response = hub.http.options("/api/projects")
    assert response.status_code == 204 and "POST" in response.headers["Allow"]
    response = hub.http.head("/api/projects")
    assert response.status_code == 200 and response.content == b"" and int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize("path, code", [
    ("/api/projects/nobody", "PROJECT_NOT_FOUND"), (f"/api/projects/prj_{UNKNOWN}/cards", "PROJECT_NOT_FOUND"),
    (f"/api/boards/brd_{UNKNOWN}", "BOARD_NOT_FOUND"), (f"/api/columns/col_{UNKNOWN}", "COLUMN_NOT_FOUND"),
    (f"/api/cards/crd_{UNKNOWN}", "CARD_NOT_FOUND"), ("/api/cards/nonsense", "CARD_NOT_FOUND"),
    (f"/api/cards/run_{UNKNOWN}", "CARD_NOT_FOUND"), (f"/api/runs/run_{UNKNOWN}/diff", "RUN_NOT_FOUND"),
    (f"/api/runs/run_{UNKNOWN}/entries", "RUN_NOT_FOUND"), (f"/api/approvals/apr_{UNKNOWN}", "APPROVAL_NOT_FOUND"),
])
def test_unknown_thing(hub, path, code):
    refused(hub.http.get(path), 404, code)


# Bodies.

@pytest.mark.parametrize("body, line, column", [
    (b'{"path": }', 1, 10), (b'{"path": "/a",}', 1, 15), (b'{"path": "/a"', 1, 14), (b"nonsense", 1, 1),
    (b'{\n  "path": "/a",\n  "name": \x01\n}', 3, 11), (b'{"path": "/a"} {}', 1, 16),
    (b'{"path": 1e}', 1, 12), (b"[" * 100_000, None, None), (b'{"path": "\xff"}', None, None),
    (b'{"path": "\\ud800"}', None, None), (b'{"path": "a", "path": "b"}', None, None),
])
def test_malformed_json(hub, body, line, column):
    response = hub.http.post("/api/projects", content=body, headers={"Content-Type": "application/json"})
    document = refused(response, 400, "MALFORMED_JSON")
    assert {"line", "column", "offset"} <= document.keys()
    if line:
        assert (document["line"], document["column"]) == (line, column)


def test_every_bad_field_is_named(hub, place):
    project, card, _ = place
    body = {"prompt": 1, "labels": ["", "a" * 1000], "colour": "red", "weight": 3}
    document = refused(hub.http.post(f"/api/projects/{project['id']}/cards", json=body), 422, "VALIDATION_FAILED")
    assert {"/title", "/prompt", "/labels/0", "/labels/1", "/colour", "/weight"} <= fields(document)
    runs = f"/api/cards/{card['id']}/runs"
    document = refused(hub.http.post(runs, json={"provider": "magic", "start": "yes"}), 422, "VALIDATION_FAILED")
    assert fields(document) == {"/provider", "/start"}
    document = refused(hub.http.post(runs, json={"provider": "command"}), 422, "VALIDATION_FAILED")
    assert "/options/argv" in fields(document)
    for query in ("limit=0", "limit=1000000", "limit=many", "status=undone", "colour=red", "cursor=nonsense"):
        document = refused(hub.http.get(f"/api/projects/{project['id']}/cards?{query}"), 422, "VALIDATION_FAILED")
        assert fields(document) == {"/" + query.partition("=")[0]}


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"3", b"null"])
def test_a_body_is_an_object(hub, body):
    response = hub.http.post("/api/projects", content=body, headers={"Content-Type": "application/json"})
    refused(response, 422, "VALIDATION_FAILED")


@pytest.mark.parametrize("type", [
    "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""])
def test_other_media_types(hub, type):
    response = hub.http.post("/api/projects", content=b"{}", headers={"Content-Type": type})
    refused(response, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_answer_that_nobody_accepts(hub):
    refused(hub.http.get("/api/projects", headers={"Accept": "image/png"}), 406, "NOT_ACCEPTABLE")


def test_a_body_that_is_too_large(hub):
    body = json.dumps({"path": "/" + "a" * (32 << 20)}).encode()
    try:
        response = hub.http.post("/api/projects", content=body, headers={"Content-Type": "application/json"})
    except httpx.TransportError:
        return      # It need not read to the end what it will not take.
    refused(response, 413, "PAYLOAD_TOO_LARGE")


# Projects.

@pytest.mark.parametrize("path", ["/etc", "/", "{roots}/../data", "{roots}/../../outside", "{roots}/link-out"])
@pytest.mark.parametrize("init", [False, True])
def test_path_outside_the_roots(hub, path, init):
    link = hub.roots / "link-out"
    if not link.is_symlink():
        link.symlink_to("/etc")
    path = path.format(roots=hub.roots)
    refused(hub.http.post("/api/projects", json={"path": path, "init": init}), 403, "PATH_FORBIDDEN")


def test_a_folder_that_is_no_repository(hub):
    (hub.roots / "plain").mkdir()
    refused(hub.http.post("/api/projects", json={"path": f"{hub.roots}/plain"}), 422, "NOT_A_REPOSITORY")
    refused(hub.http.post("/api/projects", json={"path": f"{hub.roots}/missing"}), 422, "NOT_A_REPOSITORY")
    refused(hub.http.post("/api/projects", json={"path": "relative"}), 422, "VALIDATION_FAILED")
    made = hub.post("/api/projects", path=f"{hub.roots}/missing", init=True)
    assert made["defaultBranch"] == "main" and made["status"] == "ready"
    document = refused(hub.http.post("/api/projects", json={"path": f"{hub.roots}/missing"}), 409, "ALREADY_EXISTS")
    assert document["projectId"] == made["id"]


# Transitions.

def test_illegal_transitions_name_the_status(hub, place):
    _, card, _ = place
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo")
    for verb in ("stop", "retry", "merge", "approve"):
        body = {"decision": "approve"} if verb == "approve" else None
        document = refused(hub.http.post(f"/api/runs/{run['id']}/{verb}", json=body), 409, "ILLEGAL_TRANSITION")
        assert document["currentStatus"] == "draft", verb
    hub.post(f"/api/runs/{run['id']}/cancel")
    for verb in ("start", "cancel", "stop"):
        document = refused(hub.http.post(f"/api/runs/{run['id']}/{verb}"), 409, "ILLEGAL_TRANSITION")
        assert document["currentStatus"] == "cancelled", verb


def test_an_archived_project_takes_no_work(hub):
    project, repository = hub.project("archived")
    hub.delete(f"/api/projects/{project['id']}")
    document = refused(
        hub.http.post(f"/api/projects/{project['id']}/cards", json={"title": "Late"}), 409, "PROJECT_ARCHIVED")
    assert document["currentStatus"] == "archived"
    assert (repository.path / "README.md").exists(), "the user's own folder stays"


def test_a_board_with_cards_stays(hub, place):
    project, _, _ = place
    board = hub.get(f"/api/projects/{project['id']}/boards")[0]
    refused(hub.http.delete(f"/api/boards/{board['id']}"), 409, "NOT_EMPTY")


# The socket.

@pytest.mark.parametrize("frame, code", [
    ("nonsense", "MALFORMED_JSON"), ('{"type":', "MALFORMED_JSON"), ("[]", "BAD_REQUEST"), ("3", "BAD_REQUEST"),
    ("{}", "BAD_REQUEST"), ('{"type": 1}', "BAD_REQUEST"), ('{"type": "ping", "payload": 3}', "BAD_REQUEST"),
    ('{"type": "no.such"}', "OPERATION_NOT_FOUND"), ('{"type": "ping", "id": {}}', "BAD_REQUEST"),
    ('{"type": "subscribe", "payload": {"channel": "nonsense"}}', None),
    ('{"type": "subscribe", "payload": {}}', None),
    (f'{{"type": "subscribe", "payload": {{"channel": "run:run_{UNKNOWN}"}}}}', None),
    ('{"type": "unsubscribe", "payload": {"channel": "hub"}}', "NOT_SUBSCRIBED"),
    ('{"type": "cards.create", "payload": {"nonsense": 1}}', "VALIDATION_FAILED"),
])
def test_bad_frames_are_answered_and_the_connection_goes_on(hub, frame, code):
    live = hub.live()
    live.send_text(frame)
    error = live.wait(lambda: [frame for frame in live.frames if frame["type"] == "error"], "an error")[0]["error"]
    assert 400 <= error["status"] < 500 and error["code"] == (code or error["code"])
    assert live.answer(live.send("ping"))["type"] == "pong"
    live.close()


def test_an_error_has_the_id_of_its_frame(hub):
    with pytest.raises(Problem) as error:
        hub.live().call("runs.get", run=f"run_{UNKNOWN}")
    assert error.value.code == "RUN_NOT_FOUND"


def test_a_message_that_is_too_big_ends_the_connection(hub):
    live = hub.live()
    limit = live.hello["data"]["limits"]
    assert limit, "limits are told"
    try:
        live.send_text(json.dumps({"type": "ping", "payload": {"text": "a" * (4 << 20)}}))
    except ConnectionClosed:
        pass        # It may be gone before all is sent.
    assert live.wait_for_end()[0] in (1009, 4009)


def test_binary_frames(hub):
    live = hub.live()
    """The protocol has none: they are refused, with or without the connection."""
    live = hub.live()
    live.socket.send(bytes(range(256)))
    live.wait(lambda: live.end or [frame for frame in live.frames if frame["type"] == "error"], "a refusal")


# The port.

def exchange(hub, data):
    """What comes back for these bytes until the hub closes or is silent."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=patience_seconds) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer
        except (ConnectionError, BrokenPipeError):
            return b""


@pytest.mark.parametrize("head", [
    b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
    b"POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n",
    b"GET /api/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
])
def test_bad_requests(hub, head):
    answer = exchange(hub, head)
    assert answer == b"" or answer.split(b" ")[1].startswith((b"4", b"5"))


def test_random_bytes(hub):
    chance = random.Random(2)
    for _ in range(100):
        exchange(hub, chance.randbytes(chance.randrange(1, 4096)))


def test_mutilated_websocket_frames(hub):
    chance = random.Random(6455)
    head = (b"GET /api/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    for _ in range(50):
        answer = exchange(hub, head + chance.randbytes(chance.randrange(1, 4096)))
        assert answer == b"" or answer.startswith(b"HTTP/1.1 101 ")


def test_many_that_only_connect(hub):
    idle = [socket.create_connection(("127.0.0.1", hub.port)) for _ in range(200)]
    assert hub.answer("GET", "/health").status_code == 200
    for connection in idle:
        connection.close()
