"""tools/nginx/roost.conf: REST, WebSocket, event streams and the page through Debian's nginx, over TLS and HTTP/2."""
import json
import socket
import subprocess

import httpx
import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

import proxy as nginx
from hub import running
from waiting import patience_seconds

pytestmark = pytest.mark.skipif(not nginx.program(), reason="nginx is missing: tools/setup --tests")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    with running(folder / "hub", hosts=[nginx.name], trustedProxies=["127.0.0.1"]) as hub:
        proxy = nginx.Proxy(folder / "proxy", hub)
        try:
            yield proxy.start()
        finally:
            proxy.stop()


def opened(proxy, **options):
    """The name is not one that resolves: the connection goes where nginx is."""
    source = (options.pop("source", "127.0.0.1"), 0)
    return connect(
        f"wss://{proxy.authority}/api/ws",
        sock=socket.create_connection(("127.0.0.1", proxy.port), patience_seconds, source), ssl=proxy.tls, server_hostname=nginx.name, proxy=None, open_timeout=patience_seconds, **options)


def test_rest_over_http_2(proxy):
    project, _ = proxy.hub.project("rest")
    version, status, headers, body = proxy.curl(
        f"/api/projects/{project['id']}/cards", "--json", json.dumps({"title": "Made over HTTP/2"}))
    card = json.loads(body)["data"]
    assert (version, status) == ("HTTP/2", 201)
    assert headers["location"] == f"/api/cards/{card['id']}"
    assert "-" in headers["roost-position"] and headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=")
    version, status, headers, body = proxy.curl(f"/api/cards/{card['id']}")
    assert (version, status, json.loads(body)["data"]["title"]) == ("HTTP/2", 200, "Made over HTTP/2")
    change = ("-X", "PATCH", "-H", f"If-Match: {headers['etag']}", "--json")
    assert proxy.curl(f"/api/cards/{card['id']}", *change, '{"title": "Changed"}')[:2] == ("HTTP/2", 200)
    stale = proxy.curl(f"/api/cards/{card['id']}", *change, '{"title": "Stale"}')
    assert stale[1] == 412 and json.loads(stale[3])["code"] == "VERSION_STALE"
    assert proxy.curl(f"/api/cards/{card['id']}", "-X", "DELETE")[:2] == ("HTTP/2", 204)


def test_limits_are_the_hubs_and_names_too(proxy):
    large = proxy.folder / "large"
    large.write_text('{"title": "' + "x" * (2 << 20) + '"}')
    _, status, headers, body = proxy.curl("/api/projects", "--json", f"@{large}")
    assert status == 413 and json.loads(body)["code"] == "PAYLOAD_TOO_LARGE"
    assert headers["content-type"] == "application/problem+json"
    encoded = proxy.curl("/api/cards/..%2F..%2Fhealth", "--path-as-is")
    assert encoded[1] in (400, 404) and "problem+json" in encoded[2]["content-type"]
    other = proxy.curl("/health", "-H", "Host: elsewhere.example")
    assert other[1] == 403 and json.loads(other[3])["code"] == "HOST_FORBIDDEN"


def test_metrics_are_not_for_everybody(proxy):
    assert proxy.curl("/metrics")[1] == 403
    assert "roost_" not in proxy.curl("/metrics/", "--path-as-is")[3]


def test_plain_http_is_sent_to_tls(proxy):
    answer = httpx.get(f"http://127.0.0.1:{proxy.plain_port}/api/info", headers={"Host": nginx.name}, trust_env=False)
    assert answer.status_code == 301 and answer.headers["Location"] == f"https://{nginx.name}/api/info"


def test_origins_are_held_against_the_name_in_front(proxy):
    others = (proxy.url.replace("https", "http"), f"https://{nginx.name}", "https://elsewhere.example")
    for origin, status in ((proxy.url, 422), *((other, 403) for other in others)):
        assert proxy.curl("/api/projects", "--json", "{}", "-H", f"Origin: {origin}")[1] == status
    with opened(proxy, origin=proxy.url) as ws:
        assert json.loads(ws.recv(patience_seconds))["type"] == "hello"
    with pytest.raises(InvalidStatus) as refused:
        opened(proxy, origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_a_websocket(proxy):
    project, _ = proxy.hub.project("socket")
    with opened(proxy) as ws:
        ws.send(json.dumps({"type": "subscribe", "id": 1, "payload": {"projectId": project["id"]}}))
        frames = iter(lambda: json.loads(ws.recv(patience_seconds)), None)
        next(frame for frame in frames if frame["type"] == "subscribed")
        card = proxy.hub.card(project, "Seen through nginx")
        created = next(frame for frame in frames if frame["type"] == "card.created")
        assert created["data"]["id"] == card["id"]
        ws.send(json.dumps({"type": "cards.get", "id": 2, "payload": {"card": card["id"]}}))
        answer = next(frame for frame in frames if frame.get("id") == 2)
        assert answer["data"]["title"] == "Seen through nginx"
        assert ws.ping().wait(patience_seconds)


def test_clients_are_counted_by_their_own_address(tmp_path):
    limits = {"connectionsPerAddressMax": 2}
    with running(tmp_path / "hub", hosts=[nginx.name], trustedProxies=["127.0.0.1"], limits=limits) as hub:
        proxy = nginx.Proxy(tmp_path / "proxy", hub)
        try:
            proxy.start()
            # What they say of themselves does not get past nginx.
            lie = {"additional_headers": {"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1"}}
            with opened(proxy, source="127.0.0.2"), opened(proxy, source="127.0.0.2"):
                with pytest.raises(InvalidStatus) as refused:
                    opened(proxy, source="127.0.0.2", **lie)
                problem = json.loads(refused.value.response.body)
                assert (problem["status"], problem["code"]) == (503, "ADDRESS_FULL")
                assert "connectionsPerAddressMax (2)" in problem["detail"]
                assert refused.value.response.headers["Retry-After"] == "5"
                with opened(proxy, source="127.0.0.3") as other:
                    assert json.loads(other.recv(patience_seconds))["type"] == "hello"
        finally:
            proxy.stop()


def test_an_event_stream_is_not_held_back(proxy):
    project, _ = proxy.hub.project("stream")
    stream = subprocess.Popen(
        proxy.curl_command(f"/api/projects/{project['id']}/events/stream", "--no-buffer", "--include"),
        stdout=subprocess.PIPE, text=True)
    try:
        assert stream.stdout.readline().startswith("HTTP/2 200")
        for title in ("First", "Second"):
            # Made when the reader has all that was before: nothing pushes it out but itself.
            card = proxy.hub.card(project, title)
            data = next(line for line in stream.stdout if line.startswith("data:") and title in line)
            assert json.loads(data.removeprefix("data:"))["data"]["id"] == card["id"]
    finally:
        stream.kill()
        stream.wait()
        stream.stdout.close()


def test_the_page(proxy, browser):
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.goto(proxy.url)
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-status", "online")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
    context.close()
    assert complaints == []
