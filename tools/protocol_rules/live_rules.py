"""Channels: snapshots, events, positions, recovery, filters, presence, rights that go."""
from .rule import Broken, equal, expect, rules

JOURNALS, journal = rules("Journals and positions")
SUBSCRIBING, rule = rules("Subscribing")
PRESENCE, seen = rules("Presence")
RIGHTS, right = rules("Rights that change")


def join(hub, socket, **members):
    return socket.call("subscribe", {"channel": hub.channel} | members)["data"]


def no_event_until(socket, type, payload):
    """Answers about channels keep their place among the events: none may be before this one."""
    before, answer = socket.ask(type, payload)
    expect(answer["type"] != "error", answer)
    events = [frame for frame in before if "seq" in frame]
    expect(not events, f"an event came: {events[:1]}")
    return answer


@rule
def snapshot_at_a_position(hub):
    """a snapshot is the state at exactly seq, and the next event is the first after it"""
    card = hub.card()
    socket = hub.socket()
    data = join(hub, socket, snapshot=True)
    epoch, seq = hub.position()
    equal((data["channel"], data["recovered"]), (hub.channel, False), "subscribed")
    expect(data["epoch"] == epoch and data["seq"] <= seq, data)
    snapshot = data["snapshot"]
    expect({"project", "boards", "columns", "cards", "runs", "approvals"} <= snapshot.keys(), list(snapshot))
    shown = {each["id"]: each for each in snapshot["cards"]}
    missing = range(data["seq"] + 1, seq + 1)
    if not missing:
        equal(shown.get(card["id"]), hub.get(f"/api/cards/{card['id']}").data, "the card in the snapshot")
    later = hub.card()
    *_, event = socket.events(len(missing) + 1)
    equal((event["seq"], event["data"]["id"]), (seq + 1, later["id"]), "the next event")


@rule
def no_snapshot_unless_wanted(hub):
    """without snapshot: true there is none"""
    expect("snapshot" not in join(hub, hub.socket()), "there is one")


@journal
def events(hub):
    """an event has channel, type, seq, ts, projectId, severity, actor and the whole thing; a deletion has its id"""
    socket = hub.socket()
    join(hub, socket)
    card = hub.card()
    hub.done(hub.request("DELETE", f"/api/cards/{card['id']}"))
    made, gone = socket.events(2)
    for event in (made, gone):
        names = {"channel", "type", "seq", "ts", "projectId", "cardId", "severity", "actor", "data"}
        expect(names <= event.keys(), f"not there: {names - event.keys()}")
        expect({"type", "id"} <= event["actor"].keys(), event["actor"])
    equal((made["type"], made["data"]), ("card.created", card), "the first")
    equal((gone["type"], gone["data"]), ("card.deleted", {"id": card["id"]}), "the second")
    equal(gone["seq"], made["seq"] + 1, "its number")


@journal
def one_cursor(hub):
    """a position is the same over REST and WebSocket, as text or as an object: read, then subscribe after it"""
    epoch, seq = hub.position()
    card = hub.card()
    for after in (f"{epoch}-{seq}", {"epoch": epoch, "seq": seq}):
        socket = hub.socket()
        data = join(hub, socket, after=after, snapshot=True)
        equal((data["recovered"], data["epoch"], data["seq"]), (True, epoch, seq), "subscribed")
        expect("snapshot" not in data, "there is a snapshot")
        event, = socket.events(1)
        equal((event["seq"], event["data"]["id"]), (seq + 1, card["id"]), "the first event")
    hub.socket().refused("subscribe", {"channel": hub.channel, "after": "nonsense"}, code="VALIDATION_FAILED")


@journal
def recovery_in_order(hub):
    """what was missed comes in order and without holes, before what is new"""
    epoch, seq = hub.position()
    for _ in range(20):
        hub.card()
    socket = hub.socket()
    join(hub, socket, after=f"{epoch}-{seq}")
    for _ in range(5):
        hub.card()
    equal([event["seq"] for event in socket.events(25)], list(range(seq + 1, seq + 26)), "numbers")


@journal
def what_cannot_be_recovered(hub):
    """a position of another epoch, or of the future, is recovered: false, with the snapshot that was asked for"""
    epoch, seq = hub.position()
    for after in ("otherepoch-1", f"{epoch}-{seq + 1_000_000}"):
        data = join(hub, hub.socket(), after=after, snapshot=True)
        expect(data["recovered"] is False and "snapshot" in data, {"after": after} | data)
        equal(data["epoch"], epoch, "epoch")


@rule
def by_project(hub):
    """a project is named by projectId or channel, by id or slug; the answer names the channel"""
    slug = hub.project["slug"]
    for payload in ({"projectId": hub.project["id"]}, {"projectId": slug}, {"channel": f"project:{slug}"}):
        equal(hub.socket().call("subscribe", payload)["channel"], hub.channel, f"channel for {payload}")
    hub.socket().refused("subscribe", {"projectId": slug, "channel": hub.channel}, code="VALIDATION_FAILED")
    hub.socket().refused("subscribe", {"channel": "project:nobody-at-all"}, code="PROJECT_NOT_FOUND")


@rule
def views(hub):
    """card: and hub channels show their part with a snapshot of it"""
    card, socket = hub.card(), hub.socket()
    data = socket.call("subscribe", {"channel": f"card:{card['id']}", "snapshot": True})["data"]
    equal(data["snapshot"]["card"], card, "the card")
    other = hub.card()
    hub.done(hub.request("PATCH", f"/api/cards/{card['id']}", {"title": "seen"}))
    event, = socket.events(1)
    equal((event["cardId"], event["channel"]), (card["id"], f"card:{card['id']}"), f"not of {other['id']}")
    data = hub.socket().call("subscribe", {"channel": "hub", "snapshot": True})["data"]
    expect(hub.project["id"] in {each["id"] for each in data["snapshot"]["projects"]}, "the project is not shown")


@rule
def filters(hub):
    """a filter leaves out what is not wanted, and keeps the numbers; a name that is none is refused"""
    socket = hub.socket()
    join(hub, socket, filter={"types": ["card.deleted"]})
    epoch, seq = hub.position()
    card = hub.card()
    hub.done(hub.request("DELETE", f"/api/cards/{card['id']}"))
    event, = socket.events(1)
    equal((event["type"], event["seq"]), ("card.deleted", seq + 2), "the first event")
    socket.refused("subscribe", {"channel": hub.channel, "filter": {"types": ["no.such"]}}, code="VALIDATION_FAILED")
    hub.card()
    hub.done(hub.request("DELETE", f"/api/cards/{hub.card()['id']}"))
    event, = socket.events(1)
    equal(event["type"], "card.deleted", "a refused subscription leaves the earlier one as it was")


@rule
def leaving(hub):
    """after unsubscribed there are no events; who is not subscribed is told so"""
    socket = hub.socket()
    join(hub, socket)
    equal(socket.call("unsubscribe", {"channel": hub.channel})["type"], "unsubscribed", "type")
    socket.frames.clear()
    epoch, seq = hub.position()
    hub.card()
    no_event_until(socket, "subscribe", {"channel": hub.channel, "after": f"{epoch}-{seq}"})
    equal(socket.events(1)[0]["seq"], seq + 1, "the first event afterwards")
    hub.socket().refused("unsubscribe", {"channel": hub.channel}, code="NOT_SUBSCRIBED")


@rule
def subscribing_again(hub):
    """subscribing again replaces the subscription: no event comes twice"""
    socket = hub.socket()
    join(hub, socket)
    epoch, seq = hub.position()
    join(hub, socket, filter={"topics": ["card"]})
    hub.card()
    hub.card()
    equal([event["seq"] for event in socket.events(2)], [seq + 1, seq + 2], "numbers")


@seen
def presence(hub):
    """those who watch are listed, and told what one shows, in frames without a number"""
    watcher, actor = hub.socket(), hub.socket(query={"client": "conformance"})
    data = join(hub, watcher)
    expect(data["viewersTotal"] >= 1 and data["viewers"], "one does not see oneself")
    join(hub, actor)
    state = {"at": "a card"}
    actor.call("presence", {"channel": hub.channel, "state": state})

    def shows(frame):
        return frame["type"].startswith("presence.") and any(
            viewer["state"] == state for viewer in frame["data"].get("viewers", []))

    _, frame = watcher.take_until(shows)
    expect("seq" not in frame and "viewersTotal" in frame["data"], frame)
    most = actor.hello["data"]["limits"]["presenceStateBytesMax"]
    error = actor.refused("presence", {"channel": hub.channel, "state": "x" * (most + 1)}, code="LIMIT_EXCEEDED")
    equal(error["limit"], "presenceStateBytesMax", "limit")
    hub.socket().refused("presence", {"channel": hub.channel, "state": 1}, code="NOT_SUBSCRIBED")


@right
def rights_that_go(hub):
    """a right that goes ends the subscription with gap {reason: access, resubscribe: false}, and no event follows it"""
    _, secret, member = hub.stranger("viewer")
    socket = hub.socket(token=secret)
    join(hub, socket)
    hub.done(hub.request("DELETE", f"/api/members/{member['id']}"))
    _, gap = socket.take_until(lambda frame: frame["type"] == "gap")
    data = gap["data"]
    equal((gap["channel"], data["reason"], data["resubscribe"]), (hub.channel, "access", False), "gap")
    expect({"from", "to"} <= data.keys(), data)
    hub.card()
    before, _ = socket.ask("subscribe", {"channel": hub.channel})
    expect(not [frame for frame in before if "seq" in frame], "an event came after the gap")
    socket.refused("subscribe", {"channel": hub.channel}, code="PROJECT_NOT_FOUND")


@right
def tokens_that_go(hub):
    """a connection whose token is good no more is closed with 4001"""
    _, secret, _ = hub.stranger("viewer")
    socket = hub.socket(token=secret)
    token = socket.call("me")["data"].get("token")
    if not token:
        raise Broken("`me` does not say by which token one is known")
    hub.done(hub.request("DELETE", f"/api/tokens/{token['id']}"))
    equal(socket.closed().code, 4001, "code")


RULES = [*JOURNALS, *SUBSCRIBING, *PRESENCE, *RIGHTS]
