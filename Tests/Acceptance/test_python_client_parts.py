"""The parts of the Python client that need no hub."""
import asyncio

import pytest
import roost
from roost.backoff import bound_seconds_max, delay_seconds
from roost.client import socket_url
from roost.pace import Pace
from roost.subscription import Subscription

JOINED = {"epoch": "e", "seq": 10, "recovered": False, "snapshot": {"cards": [{"id": "crd_1", "title": "a"}]}}


def event(seq, type="card.updated", **data):
    return {"type": type, "seq": seq, "data": {"id": "crd_1"} | data}


def subscription(**options):
    """(it, what it has asked of the client)."""
    asked = []
    return Subscription(
        "project:prj_1", join=lambda _: asked.append("join"), leave=lambda _: asked.append("leave"), **options), asked


def taken(one, count):
    async def take():
        return [await anext(one) for _ in range(count)]
    return asyncio.run(take())


def test_back_off_is_anything_below_a_bound_that_doubles():
    bounds = [delay_seconds(attempt, lambda: 1.0) for attempt in range(40)]
    assert bounds[:6] == [0.5, 1, 2, 4, 8, 16] and set(bounds[6:]) == {bound_seconds_max}
    assert {delay_seconds(attempt, lambda: 0.0) for attempt in range(40)} == {0}


def test_no_more_goes_than_the_hub_allows():
    now = [0.0]
    pace = Pace(10, 3, lambda: now[0])
    assert (pace.take(2), pace.take(5), pace.take(1)) == (2, 1, 0)
    assert pace.wait_seconds == pytest.approx(0.1)
    now[0] += 0.2
    assert pace.take(5) == 2
    now[0] += 60
    assert pace.take(100) == 3


def test_positions_are_read_as_they_are_written():
    assert str(roost.Position.parse("k3v-9-17")) == "k3v-9-17"
    for wrong in ("", "17", "-17", "k-", "k-x", "k-²"):
        with pytest.raises(ValueError):
            roost.Position.parse(wrong)


def test_addresses():
    assert socket_url("http://h:1", "n", False) == "ws://h:1/api/ws?client=n"
    assert socket_url("https://h/roost/", "n", True) == "wss://h/roost/api/ws?client=n&batch=1"
    assert socket_url("ws://h/api/ws", "n", False) == "ws://h/api/ws?client=n"
    with pytest.raises(ValueError):
        socket_url("h:1", "n", False)


def test_a_snapshot_then_each_event_once():
    one, _ = subscription()
    one.told(event(7))                              # before it has been joined: cannot be ours
    one.joined(JOINED)
    for seq in (10, 11, 11, 12, 9):
        one.told(event(seq))
    snapshot, joined, *events = taken(one, 4)
    assert isinstance(snapshot, roost.Snapshot) and snapshot.position == roost.Position("e", 10)
    assert isinstance(joined, roost.Joined)
    assert [change.position.seq for change in events] == [11, 12]
    one.lost()
    assert one.request()["after"] == "e-12"
    one.joined({"epoch": "e", "seq": 12, "recovered": True})
    one.told(event(13))
    assert [type(change) for change in taken(one, 2)] == [roost.Joined, roost.Event]


@pytest.mark.parametrize("epoch, reason", [("f", "epoch"), ("e", "resume")])
def test_what_cannot_be_continued_is_a_gap_and_a_snapshot(epoch, reason):
    one, _ = subscription(after=roost.Position("e", 5))
    one.joined(JOINED | {"epoch": epoch})
    gap, snapshot = taken(one, 2)
    assert gap == roost.Gap(reason, is_final=False) and isinstance(snapshot, roost.Snapshot)


def test_a_gap_of_the_hub_forgets_the_position_and_a_final_one_ends_it():
    one, _ = subscription()
    one.joined(JOINED)
    one.gap({"reason": "retention", "resubscribe": True})
    one.told(event(900))
    assert "after" not in one.request() and not one.is_closed
    one.gap({"reason": "access", "resubscribe": False})
    assert taken(one, 4)[2:] == [roost.Gap("retention", False), roost.Gap("access", True)]
    with pytest.raises(StopAsyncIteration):
        taken(one, 1)


def test_one_that_is_slow_leaves_and_comes_back_after_what_it_has():
    one, asked = subscription(waiting_max=5)
    one.joined(JOINED)
    for seq in range(11, 30):
        one.told(event(seq))
    assert asked == ["leave"] and one.is_paused
    assert [change.position.seq for change in taken(one, 5)[2:]] == [11, 12, 13]

    async def more():
        waiting = asyncio.ensure_future(anext(one))
        await asyncio.sleep(0)
        assert asked == ["leave", "join"] and one.request()["after"] == "e-13"
        one.joined({"epoch": "e", "seq": 13, "recovered": True})
        return await waiting

    assert isinstance(asyncio.run(more()), roost.Joined)


def test_a_store_puts_and_removes_by_kind_and_id():
    store = roost.Store()
    assert not store.is_loaded
    store.apply(roost.Snapshot(roost.Position("e", 1), {
        "project": {"id": "prj_1"}, "cards": [{"id": "crd_1"}, {"id": "crd_2"}], "entriesTotal": 3}))
    store.apply(roost.Event(roost.Position("e", 2), "card.deleted", {"id": "crd_2"}, {}))
    store.apply(roost.Event(roost.Position("e", 3), "merge.completed", {"id": "run_1", "merge": 1}, {}))
    store.apply(roost.Event(roost.Position("e", 4), "thing.made", {"id": "new_1"}, {}))
    assert store.of("card") == {"crd_1": {"id": "crd_1"}} and store.get("run_1") == {"id": "run_1", "merge": 1}
    assert store.of("new") == {"new_1": {"id": "new_1"}}, "kinds that are not known yet are kept"
    assert store.position == roost.Position("e", 4)
    store.apply(roost.Snapshot(roost.Position("f", 1), {}))
    assert store.of("card") == {} and store.get("prj_1") is None


def test_a_store_knows_who_watches():
    store = roost.Store(kinds=set())
    ada, bob = ({"user": {"id": name}, "state": None} for name in ("ada", "bob"))
    store.apply(roost.Joined(False, {"viewers": [ada], "viewersTotal": 1}))
    store.apply(roost.Passing("presence.joined", {"viewers": [bob], "viewersTotal": 2}))
    assert set(store.viewers) == {"ada", "bob"}
    store.apply(roost.Passing("presence.left", {"viewers": [ada], "viewersTotal": 1}))
    assert set(store.viewers) == {"bob"} and store.viewers_total == 1
    store.apply(roost.Passing("presence.listed", {"viewers": [], "viewersTotal": 0}))
    assert store.viewers == {}


def test_a_problem_has_all_that_the_hub_said():
    problem = roost.Problem(
        {"code": "OVERLOADED", "status": 503, "detail": "busy", "retryAfterSeconds": 2, "limit": "x"})
    assert (problem.code, problem.status, problem.retry_after_seconds) == ("OVERLOADED", 503, 2)
    assert problem.members["limit"] == "x" and str(problem) == "503 OVERLOADED: busy"
