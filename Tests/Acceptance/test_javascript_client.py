"""The JavaScript client (protocol/clients/javascript) in node against a live hub, over a network that drops, resets and stalls."""
import contextlib
import json
import pathlib
import shutil
import subprocess

from chaos import Chaos
from hub import root, running
from test_python_client import CARDS, CLIENTS, exhausted, truth
from waiting import patience_seconds, until

script = pathlib.Path(__file__).with_name("javascript_client.mjs")


class Scene:
    def __init__(self, name, **arguments):
        node = shutil.which("node")
        assert node, "node is missing: tools/setup --tests"
        self.process = subprocess.Popen(
            [node, script, name, json.dumps(arguments)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def hear(self):
        line = self.process.stdout.readline()
        assert line, f"it ended with {self.process.wait(patience_seconds)}"
        return json.loads(line)

    def hear_until(self, holds):
        heard = []
        while not heard or not holds(heard[-1]):
            heard.append(self.hear())
        return heard

    def say(self, value=None):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()


@contextlib.contextmanager
def scene(name, **arguments):
    """Ends by itself, and well."""
    one = Scene(name, **arguments)
    try:
        yield one
        # A clean close leaves nothing behind that would keep the process.
        assert one.process.wait(patience_seconds) == 0
    finally:
        one.process.kill()
        one.process.wait()
        one.process.stdin.close()
        one.process.stdout.close()


def test_ten_clients_move_the_same_cards_and_end_with_the_same_board(hub, request):
    """Through dropped connections; `--seconds 60` for the minute of the promise, `--seed` for another one."""
    seed = request.config.getoption("seed") or 1
    project, _ = hub.project()
    cards = [hub.card(project, f"card {number}")["id"] for number in range(CARDS)]
    columns = [column["id"] for column in hub.columns(project).values()]
    with Chaos(hub.port, seed) as chaos, scene(
        "play", url=chaos.url, project=project["id"], cards=cards, columns=columns, clients=CLIENTS, seed=seed,
        seconds=request.config.getoption("seconds"),
        refused=["VERSION_STALE", "NEIGHBOUR_MOVED", "LIMIT_EXCEEDED", "ILLEGAL_TRANSITION"],
    ) as play:
        players = play.hear()
        chaos.calm()
        epoch, seq = hub.position(project["id"])
        play.say({"epoch": epoch, "seq": seq})
        expected = truth(hub, project)
        assert len(expected["card"]) == CARDS
        for _ in players:
            assert play.hear() == expected
        assert sum(chaos.counts.values()) > 0
    moved = [player["moved"] for player in players]
    assert min(moved) > 0
    assert any(player["connections"] > 1 for player in players), "nobody lost a connection"
    print(f"{players}, faults {chaos.counts}")
    events = hub.events(project["id"])
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    # None was lost, and none was done a second time by another attempt.
    assert len([event for event in events if event["type"] in ("card.moved", "card.completed")]) == sum(moved)


def test_a_call_that_lost_its_answer_is_done_once(hub):
    project, _ = hub.project()
    with Chaos(hub.port, seed=3, bytes_min=1_500, bytes_max=6_000) as chaos:
        with scene("create", url=chaos.url, project=project["id"], count=40) as create:
            assert create.hear() == "done"
        assert sum(chaos.counts.values()) > 0
    titles = [card["title"] for card in hub.list(f"/api/projects/{project['id']}/cards")]
    assert sorted(titles) == sorted(f"card {number}" for number in range(40))


def test_answers_and_refusals(hub):
    project, _ = hub.project()
    hub.card(project, "another")
    with scene("refusals", url=hub.url, project=project["id"]) as client:
        twice, missing, wrong, refused, pages = (client.hear() for _ in range(5))
    assert twice["first"] == twice["second"] and twice["replayed"]
    assert twice["position"] == "{}-{}".format(*hub.position(project["id"]))
    assert (missing["name"], missing["code"], missing["status"]) == ("Problem", "CARD_NOT_FOUND", 404)
    assert wrong["code"] == "VALIDATION_FAILED" and wrong["members"]["errors"]
    assert refused["status"] == 404
    assert pages == 2


def test_who_one_is(hub):
    secret = hub.post("/api/auth/setup", name="ada")["secret"]
    with scene("come", url=hub.url, token=secret) as ada:
        assert (ada.hear()["name"], ada.hear()) == ("ada", "online")
    with scene("come", url=hub.url, token="rst_wrong") as stranger:
        closed = stranger.hear()
        assert (closed["name"], closed["code"], stranger.hear()) == ("Closed", 4001, "closed")
    with scene("come", url=hub.url, token=None) as nobody:
        refused = nobody.hear()
        assert (refused["name"], refused["code"], nobody.hear()) == ("Problem", "UNAUTHENTICATED", "closed")


def test_it_waits_as_it_is_told_when_it_asks_too_much(tmp_path):
    with running(tmp_path / "hub", limits={"readsPerMinute": 20}) as hub:
        with scene("come", url=hub.url, token=exhausted(hub)) as ada:
            assert ada.hear()["name"] == "ada"


def test_another_history_is_told_and_replaces_what_was_known(hub):
    project, _ = hub.project()
    copy = hub.folder / "copy"

    def on_disk(verb):
        subprocess.run([hub.command("unused")[0], verb, "--data", hub.data, copy], check=True, capture_output=True,
                       env=hub.environment, timeout=patience_seconds)

    with scene("follow", url=hub.url, project=project["slug"]) as follow:
        before = follow.hear_until(lambda change: change["kind"] == "joined")[-1]
        on_disk("backup")
        hub.card(project, "will be gone")
        assert follow.hear_until(lambda change: change["kind"] == "event")[-1]["cards"] == 1
        hub.stop()
        on_disk("restore")
        hub.start()
        heard = follow.hear_until(lambda change: change["kind"] == "joined")
        follow.say()
    durable = [change for change in heard if change["kind"] != "passing"]
    assert [change["kind"] for change in durable] == ["gap", "snapshot", "joined"]
    assert durable[0]["reason"] == "epoch"
    assert durable[-1]["cards"] == 0 and durable[-1]["epoch"] != before["epoch"]


def test_presence_is_told_and_survives_a_reconnection(hub):
    project, _ = hub.project()
    watcher = hub.live()
    seen = watcher.follow(f"project:{project['id']}")
    state = {"looking": "at a card"}
    with Chaos(hub.port, seed=1, bytes_min=1 << 20, bytes_max=1 << 21) as chaos:
        with scene("present", url=chaos.url, project=project["id"], state=state) as actor:
            assert actor.hear() == "shown"

            def shows():
                return any(viewer["state"] == state for viewer in seen.viewers.values())

            watcher.wait(shows, "what it does is shown")
            chaos.calm()                # resets what is open
            actor.hear_until(lambda change: change == {"isRecovered": True})
            until(shows, "it is shown still, or again")
            actor.say()


def test_the_hub_serves_it(shared_hub):
    served = shared_hub.http.get("/roost.js")
    assert served.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert served.text == (root / "protocol" / "clients" / "javascript" / "roost.js").read_text()
