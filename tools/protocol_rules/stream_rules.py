"""Server-sent events."""
import contextlib
import json
from urllib.parse import urlencode

from .rule import Broken, equal, expect, rules

RULES, rule = rules("Server-sent events")


@contextlib.contextmanager
def stream(hub, path, last=None, **query):
    """An iterator of (event, id, data)."""
    connection = hub.connection()
    headers = hub.fields() | {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
    connection.request("GET", hub.parts.path + path + (f"?{urlencode(query)}" if query else ""), headers=headers)
    response = connection.getresponse()
    expect(response.status == 200, f"status {response.status}")
    kind = response.headers["Content-Type"]
    expect(kind.startswith("text/event-stream"), f"Content-Type {kind}")

    def blocks():
        event, id, data = "message", None, []
        while True:
            try:
                line = response.readline().decode().rstrip("\n")
            except TimeoutError:
                raise Broken("nothing came") from None
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                event = value
            elif name == "id":
                id = value
            elif name == "data":
                data.append(value)
            elif not line:
                if data:
                    yield event, id, json.loads("\n".join(data))
                event, id, data = "message", None, []

    try:
        yield blocks()
    finally:
        connection.close()


def path(hub):
    return f"/api/projects/{hub.project['id']}/events/stream"


@rule
def begins_with_its_position(hub):
    """the first event is `subscribed`; each has its position as id and its type as event"""
    with stream(hub, path(hub)) as events:
        first, id, data = next(events)
        equal((first, id), ("subscribed", f"{data['epoch']}-{data['seq']}"), "the first event")
        card = hub.card()
        event, id, data = next(events)
        equal((event, data["type"], data["data"]), ("card.created", "card.created", card), "the event")
        expect(id.rpartition("-")[2] == str(data["seq"]) and "channel" not in data, data)


@rule
def resumes(hub):
    """Last-Event-ID, as a field or a parameter, resumes exactly like `after`"""
    epoch, seq = hub.position()
    cards = [hub.card()["id"] for _ in range(2)]
    for options in ({"last": f"{epoch}-{seq}"}, {"lastEventId": f"{epoch}-{seq}"}):
        with stream(hub, path(hub), **options) as events:
            expect(next(events)[2]["recovered"] is True, "not recovered")
            equal([next(events)[2]["data"]["id"] for _ in cards], cards, "what was missed")


@rule
def gap_where_it_cannot(hub):
    """where it cannot resume, `gap` is the second event, and the stream goes on from now"""
    with stream(hub, path(hub), last="otherepoch-1") as events:
        expect(next(events)[2]["recovered"] is False, "recovered")
        event, _, data = next(events)
        equal((event, data["reason"]), ("gap", "epoch"), "the second event")
        card = hub.card()
        equal(next(events)[2]["data"]["id"], card["id"], "the next event")


@rule
def names_and_filters(hub):
    """`eventName=agent_event` names all events so, and filters are as on subscribe"""
    with stream(hub, path(hub), eventName="agent_event", types="card.deleted") as events:
        next(events)
        hub.done(hub.request("DELETE", f"/api/cards/{hub.card()['id']}"))
        event, _, data = next(events)
        equal((event, data["type"]), ("agent_event", "card.deleted"), "the event")


@rule
def over_all_projects(hub):
    """/api/events tells of all projects, and `position` names the places of all journals at once"""
    with stream(hub, "/api/events") as events:
        first, _, data = next(events)
        equal(first, "subscribed", "the first event")
        card = hub.card()
        position = None
        for event, id, data in events:
            if event == "position":
                position = id
            if event == "card.created" and data["data"]["id"] == card["id"]:
                expect(id is None, f"its id is {id}")
                break
        event, position, _ = next(entry for entry in events if entry[0] == "position")
    expect(position.startswith("v1~"), position)
    later = hub.card()
    with stream(hub, "/api/events", last=position) as events:
        made = next(entry for entry in events if entry[0] == "card.created")
        equal(made[2]["data"]["id"], later["id"], "the first event after it")
