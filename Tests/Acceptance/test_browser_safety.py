"""What a real browser lets pages do to a hub: its own page all it needs, a page of the user's next tab nothing."""
import contextlib
import http.server
import socket
import threading

import pytest
from playwright.sync_api import expect

from hub import running
from waiting import patience_seconds

guarded = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}


@contextlib.contextmanager
def stranger():
    """The port of a server of empty pages, for as long as the block lasts."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>A page of somebody else</title><link rel=icon href=data:,>")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.set_default_timeout(patience_seconds * 1000)
    yield context.new_page()
    context.close()


# Each is a promise of what the page has seen.

open_socket = """url => new Promise(resolve => {
    const ws = new WebSocket(url.replace('http', 'ws') + '/api/ws');
    ws.onmessage = event => resolve(JSON.parse(event.data).type);
    ws.onclose = event => resolve(event.code);
})"""
read = "url => fetch(url + '/api/projects').then(answer => answer.json(), error => error.name)"
post = """url => fetch(
    url + '/api/projects', {method: 'POST', body: '{}', headers: {'Content-Type': 'application/json'}}).then(answer => answer.status, error => error.name)"""
post_blindly = """url => fetch(url + '/api/projects', {method: 'POST', mode: 'no-cors', body: '{}'})
    .then(answer => answer.type, error => error.name)"""
follow = """url => new Promise(resolve => {
    const events = new EventSource(url + '/api/events');
    events.onopen = () => resolve('open');
    events.onerror = () => { events.close(); resolve('error'); };
})"""
load = """([url, tag]) => new Promise(resolve => {
    const element = document.createElement(tag);
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('error');
    element.src = url;
    document.body.append(element);
})"""
send_form = """url => {
    const form = document.createElement('form');
    Object.assign(form, {method: 'POST', action: url + '/api/projects', enctype: 'text/plain'});
    document.body.append(form);
    form.submit();
}"""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "elsewhere.example"])
def test_a_strangers_page_gets_nowhere(hub, page, name):
    """Another port of the same machine is as strange as another site."""
    with stranger() as port:
        page.goto(f"http://{name}:{port}/")
        assert page.evaluate(open_socket, hub.url) == 1006
        assert page.evaluate(read, hub.url) == "TypeError"
        assert page.evaluate(post, hub.url) == "TypeError"
        assert page.evaluate(follow, hub.url) == "error"
        # Either blocked, or sent and its answer hidden; that it was refused is seen below, where it can be.
        assert page.evaluate(post_blindly, hub.url) in ("TypeError", "opaque")
        if name == "elsewhere.example":
            assert page.evaluate(load, [f"{hub.url}/roost.js", "script"]) == "error"
            assert page.evaluate(load, [f"{hub.url}/favicon.svg", "img"]) == "error"
        page.evaluate(load, [hub.url, "iframe"])
        assert all(not frame.url.startswith(hub.url) for frame in page.frames)
        with page.expect_navigation() as navigation:
            page.evaluate(send_form, hub.url)
        assert navigation.value.status == 403
        assert navigation.value.json()["code"] == "ORIGIN_FORBIDDEN"
    assert hub.list("/api/projects") == []


def test_a_name_that_was_made_to_point_here(hub, browser):
    """The page asks its own origin, which no longer is its server: all that keeps it away is the name."""
    own = f"http://rebound.example:{hub.port}"
    # Without the policy of the answer, which would itself stop the page: a page that was there before has none.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    answer = page.goto(own)
    assert answer.status == 403 and answer.json()["code"] == "HOST_FORBIDDEN"
    assert page.evaluate("url => fetch(url + '/api/projects').then(answer => answer.status)", own) == 403
    assert page.evaluate(post, own) == 403
    assert page.evaluate(open_socket, own) == 1006
    context.close()


def test_a_page_of_an_allowed_origin_may_do_everything(tmp_path, page):
    with stranger() as port:
        origin = f"http://127.0.0.1:{port}"
        with running(tmp_path, origins=[origin]) as hub:
            project, _ = hub.project("shared")
            page.goto(origin)
            assert page.evaluate(open_socket, hub.url) == "hello"
            assert page.evaluate(follow, hub.url) == "open"
            assert [one["id"] for one in page.evaluate(read, hub.url)["data"]] == [project["id"]]
            seen = page.evaluate("""async ([url, id]) => {
                const answer = await fetch(`${url}/api/projects/${id}/cards`, {
                    method: 'POST', credentials: 'include', body: '{"title": "From elsewhere"}',
                    headers: {'Content-Type': 'application/json', 'Idempotency-Key': 'once', 'X-Request-Id': 'mine'}});
                const {id: card} = (await answer.json()).data;
                const patched = await fetch(`${url}/api/cards/${card}`, {
                    method: 'PATCH', credentials: 'include', body: '{"title": "Changed"}',
                    headers: {'Content-Type': 'application/json', 'If-Match': answer.headers.get('ETag')}});
                const refused = await fetch(`${url}/api/cards/none`);
                return {
                    created: answer.status, position: answer.headers.get('Roost-Position'), card,
                    location: answer.headers.get('Location'), patched: patched.status,
                    refused: (await refused.json()).code};
            }""", [hub.url, project["id"]])
            assert (seen["created"], seen["patched"], seen["refused"]) == (201, 200, "CARD_NOT_FOUND")
            assert seen["position"] and seen["location"] == f"/api/cards/{seen['card']}"


def test_the_dashboard_keeps_its_own_policy(hub, page):
    hub.card(hub.project("strict")[0], "<img src=x onerror=alert(1)>", "![](https://elsewhere.example/x.png)")
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.goto(f"{hub.url}/#/project/strict")
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-status", "online")
    page.get_by_test_id("card-title").filter(has_text="onerror").click()
    expect(page.locator("#drawer")).to_be_visible()
    assert complaints == []
    # And it is in force: what an intruder in the page would try.
    page.evaluate("""() => {
        window.violated = [];
        document.addEventListener('securitypolicyviolation', event => violated.push(event.effectiveDirective));
        const attempt = action => { try { action(); } catch { } };
        attempt(() => { document.body.innerHTML += '<b>'; });
        attempt(() => { document.createElement('script').text = 'window.wasRun = true'; });
        attempt(() => document.body.setAttribute('onclick', 'window.wasRun = true'));
        import('data:text/javascript,window.wasRun = true').catch(() => {});
        const style = document.createElement('style');
        document.head.append(style);
        style.append('body { color: red }');
        fetch('http://127.0.0.1:9/').catch(() => {});
        new Image().src = 'http://127.0.0.1:9/x.png';
        const frame = document.createElement('iframe');
        frame.src = 'http://127.0.0.1:9/';
        document.body.append(frame);
    }""")
    page.wait_for_function("names => names.every(name => violated.includes(name))", arg=[
        "require-trusted-types-for", "script-src-elem", "style-src-elem", "connect-src", "img-src", "frame-src"])
    assert not page.evaluate("window.wasRun === true")


def test_every_kind_of_answer_is_guarded(hub):
    hub.project("guarded")
    kinds = {
        "/": 200, "/app/main.js": 200, "/api/projects": 200, "/api/projects/none": 404, "/none": 404,
        "/problems/INTERNAL": 200, "/api/projects/guarded/events/stream": 200, "/api/ws": 426,
    }
    for path, status in kinds.items():
        with hub.http.stream("GET", path) as answer:
            assert (path, answer.status_code) == (path, status)
            assert guarded.items() <= dict(answer.headers).items(), path
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    # What no handler has seen, and the switch to a WebSocket.
    handshake = (b"Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    for request, status in ((b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"GET /api/ws HTTP/1.1\r\n" + handshake, b"101")):
        with socket.create_connection(("127.0.0.1", hub.port), patience_seconds) as client:
            client.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            assert head.startswith(b"HTTP/1.1 " + status)
            lines = head.lower()
            for key, value in guarded.items():
                assert f"{key}: {value}".lower().encode() in lines
