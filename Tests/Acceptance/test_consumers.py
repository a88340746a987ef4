"""Bots that must process every event: by pulling, and by webhook."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

import httpx
import pytest

from problem import Problem
from waiting import until


def consumer(hub, project, **input):
    made = hub.post(f"/api/projects/{project['id']}/consumers", name="bot", filter={"topics": ["card"]}, **input)
    return made["consumer"], made.get("secret")


def pull(hub, bot, **input):
    return hub.post(f"/api/consumers/{bot['id']}/pull", **input)


def acknowledge(hub, bot, *deliveries):
    positions = [delivery["position"] for delivery in deliveries]
    return hub.post(f"/api/consumers/{bot['id']}/acknowledge", positions=positions)["settled"]


def test_a_bot_gets_every_event_although_the_hub_dies_again_and_again(hub):
    project, _ = hub.project()
    bot, _ = consumer(hub, project, ackWaitMs=1000)
    titles, heard = set(), {}
    for round in range(5):
        for number in range(20):
            card = hub.card(project, f"Card {round}-{number}")
            titles.add(card["title"])
        deliveries = pull(hub, bot, max=15)
        for delivery in deliveries:
            heard.setdefault(delivery["event"]["data"]["title"], []).append(delivery["attempt"])
        acknowledge(hub, bot, *deliveries[:10])     # the bot "dies" with five in its hands
        hub.restart()

    def rest():
        deliveries = pull(hub, bot, max=50, waitMs=500)
        for delivery in deliveries:
            heard.setdefault(delivery["event"]["data"]["title"], []).append(delivery["attempt"])
        acknowledge(hub, bot, *deliveries)
        return titles == set(heard) and not deliveries
    until(rest, "every card was heard of")
    assert any(len(attempts) > 1 for attempts in heard.values()), "what was not acknowledged came again"
    once = sum(1 for attempts in heard.values() if len(attempts) == 1)
    assert once >= 50, "what was acknowledged came no more"


def test_a_pull_over_the_socket_waits_for_the_next_event(hub):
    project, _ = hub.project()
    bot, _ = consumer(hub, project)
    live = hub.live()
    later = threading.Timer(0.3, lambda: hub.card(project, "Later"))
    later.start()
    deliveries = live.call("consumers.pull", consumer=bot["id"], waitMs=20_000)
    later.join()
    assert [delivery["event"]["data"]["title"] for delivery in deliveries] == ["Later"]
    live.call("consumers.acknowledge", consumer=bot["id"], positions=[deliveries[0]["position"]])
    assert pull(hub, bot) == []


def test_what_is_refused_too_often_is_a_dead_letter_that_can_be_had_again(hub):
    project, _ = hub.project()
    bot, _ = consumer(hub, project, deliveriesMax=1)
    hub.card(project, "Poison")
    [delivery] = pull(hub, bot)
    hub.post(f"/api/consumers/{bot['id']}/refuse", positions=[delivery["position"]], reason="cannot be read")
    [letter] = hub.list(f"/api/consumers/{bot['id']}/dead-letters")
    assert letter["reason"] == "cannot be read" and letter["event"]["data"]["title"] == "Poison"
    assert hub.get(f"/api/consumers/{bot['id']}")["deadLetters"] == 1
    hub.post(f"/api/consumers/{bot['id']}/redeliver")
    [again] = pull(hub, bot)
    assert again["position"] == delivery["position"]


class Receiver:
    """A web server that answers as it is told, and keeps what it got."""

    def __init__(self):
        self.got, self.answers = [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((dict(self.headers), body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def signature(secret, headers, body):
    """As the Standard Webhooks specification has it, written from its text."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_a_webhook_is_signed_and_tried_again_until_it_is_taken(hub, receiver):
    project, _ = hub.project()
    bot, secret = consumer(hub, project, webhookUrl=receiver.url)
    receiver.answers = [500]
    card = hub.card(project, "Tell the world")
    until(lambda: len(receiver.got) >= 2, "the second attempt", 20)
    (first, body), (second, same) = receiver.got[:2]
    first, second = ({name.lower(): value for name, value in headers.items()} for headers in (first, second))
    assert body == same and json.loads(body)["data"]["id"] == card["id"]
    assert first["webhook-id"] == second["webhook-id"]
    assert (first["roost-attempt"], second["roost-attempt"]) == ("1", "2")
    for headers in (first, second):
        assert headers["webhook-signature"] == signature(secret, headers, body)
        assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    assert secret not in json.dumps(hub.get(f"/api/consumers/{bot['id']}"))
    assert secret not in hub.log_tail()


def test_a_webhook_goes_on_after_the_hub_was_killed(hub, receiver):
    project, _ = hub.project()
    consumer(hub, project, webhookUrl=receiver.url)
    for number in range(20):
        hub.card(project, f"Card {number}")
    hub.restart()
    hub.card(project, "Last")
    wanted = {f"Card {number}" for number in range(20)} | {"Last"}
    until(lambda: wanted == {json.loads(body)["data"]["title"] for _, body in list(receiver.got)}, "all were told", 60)


@pytest.mark.parametrize("url", ["http://192.0.2.1/hook", "ftp://127.0.0.1/", "https://user:secret@example.org/"])
def test_webhook_addresses_that_are_not_sent_to_are_refused(hub, url):
    project, _ = hub.project()
    with pytest.raises(Problem) as refusal:
        consumer(hub, project, webhookUrl=url)
    assert refusal.value.code == "VALIDATION_FAILED"


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_a_number_that_no_event_has_is_refused_wherever_positions_go(hub, number):
    project, _ = hub.project()
    bot, _ = consumer(hub, project)
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", prompt="Nothing yet")
    epoch = hub.http.get(f"/api/projects/{project['id']}").headers["Roost-Position"].rpartition("-")[0]
    position = f"{epoch}-{number}"
    answers = [hub.http.get(f"/api/runs/{run['id']}/events?after={position}"),
               hub.http.get(f"/api/projects/{project['id']}/events?after={position}"),
               hub.http.get(f"/api/consumers/{bot['id']}/dead-letters?cursor={number}")]
    for verb in ("acknowledge", "refuse", "redeliver"):
        answers.append(hub.http.post(f"/api/consumers/{bot['id']}/{verb}", json={"positions": [position]}))
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    assert hub.http.get("/ready").status_code == 200


def test_a_pull_whose_client_has_left_takes_nothing(hub):
    project, _ = hub.project()
    bot, _ = consumer(hub, project)
    for _ in range(3):
        with pytest.raises(httpx.ReadTimeout):
            hub.http.post(f"/api/consumers/{bot['id']}/pull", json={"waitMs": 60_000}, timeout=0.5)
    socket = hub.live()
    socket.send("consumers.pull", consumer=bot["id"], waitMs=60_000)
    socket.close()
    hub.card(project, "Once")
    assert [delivery["attempt"] for delivery in pull(hub, bot, waitMs=20_000)] == [1]


def test_a_webhook_that_is_made_twice_with_one_key_is_one_and_its_secret_is_not_kept_with_the_answer(hub):
    project, _ = hub.project()

    def make():
        answer = hub.http.post(
            f"/api/projects/{project['id']}/consumers", headers={"Idempotency-Key": "once"},
            json={"name": "hook", "webhookUrl": "http://127.0.0.1:9/hook"})
        assert answer.status_code == 201
        return answer.json()["data"], answer.headers.get("Idempotency-Replayed")
    made, replayed = make()
    assert made["secret"].startswith("whsec_") and replayed is None
    hub.restart()
    assert make() == (made, "true")
    assert len(hub.get(f"/api/projects/{project['id']}/consumers")) == 1
    hub.stop()
    for file in hub.data.rglob("*"):
        if file.is_file() and not file.is_symlink():
            assert made["secret"].encode() not in file.read_bytes(), file
    hub.start()
    hub.delete(f"/api/consumers/{made['consumer']['id']}")
    gone = hub.http.post(
        f"/api/projects/{project['id']}/consumers", headers={"Idempotency-Key": "once"},
        json={"name": "hook", "webhookUrl": "http://127.0.0.1:9/hook"})
    assert (gone.status_code, gone.json()["code"]) == (404, "CONSUMER_NOT_FOUND")
