"""Thousands of connections, half of them rude: nobody polite is hurt, and nothing is kept. tools/soak is the long form."""
import sys

from hub import root

sys.path.insert(0, str(root / "tools" / "benchmarks"))
import crowd  # noqa: E402
import vitals  # noqa: E402


def test_rude_connections_hurt_nobody_and_leave_nothing(hub):
    people = crowd.Crowd(hub.port)
    people.run(crowd.mixture(500))
    before = vitals.settled(hub.pid)
    people.run(crowd.mixture(3000))
    after = vitals.settled(hub.pid)
    assert not people.faults
    assert after.descriptors == before.descriptors
    assert hub.answer("GET", "/health").json()["ok"] is True


def test_the_silent_are_cut_while_others_are_served(hub):
    """Each of them holds the beginning of a head until its deadline."""
    people = crowd.Crowd(hub.port, at_once=400)
    people.run(crowd.mixture(1500, silent=300))
    assert not people.faults
    assert people.counts["stays silent"] == 300
    assert hub.answer("GET", "/health").json()["ok"] is True
