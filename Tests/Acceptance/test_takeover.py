"""A new hub takes over from an old one: nobody is refused, and viewers and agents go on."""
import signal
import subprocess
import threading

import httpx
import pytest

from hub import Hub
from test_crash import Story
from waiting import patience_seconds, until


class Knocking:
    """Clients that come one after the other, each with a connection of its own, and write down what they meet."""

    def __init__(self, url, count=4):
        self.url = url
        self.statuses, self.faults = [], []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._knock, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _knock(self):
        while not self._is_over.is_set():
            try:
                self.statuses.append(httpx.get(self.url, timeout=patience_seconds, trust_env=False).status_code)
            except httpx.HTTPError as error:
                self.faults.append(repr(error))

    def more(self, count):
        enough = len(self.statuses) + count
        until(lambda: len(self.statuses) >= enough or self.faults, f"{count} more answers")

    def end(self):
        self._is_over.set()
        for thread in self._threads:
            thread.join(patience_seconds)
        return self.statuses, self.faults


@pytest.mark.parametrize("shards", [1, 2])
def test_nobody_is_refused_while_a_hub_takes_over(tmp_path, shards):
    hub = Hub(tmp_path, shards=shards)
    try:
        hub.start()
        story = Story(hub, "pace=20 paragraphs=60 approval=no")
        story.wait_for_words()
        knocking = Knocking(hub.url + "/api/projects")
        for _ in range(2):
            knocking.more(20)
            old = hub.process
            hub.take_over()
            assert old.wait(patience_seconds) == 0
            assert story.live.wait_for_end()[0] == 1001
            knocking.more(20)
            story.reconnect()
            story.wait_for_words()
        statuses, faults = knocking.end()
        assert not faults
        assert set(statuses) == {200}
        story.check_end()
    finally:
        hub.remove()


def test_the_names_of_unix_sockets_are_taken_over_too(tmp_path):
    hub = Hub(tmp_path)
    path = tmp_path / "hub.sock"
    hub.listens.append(f"unix:{path}")
    try:
        hub.start()
        old = hub.process
        hub.take_over()
        assert old.wait(patience_seconds) == 0
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), trust_env=False) as client:
            assert client.get("http://localhost/health").status_code == 200
    finally:
        hub.remove()


def test_where_nobody_is_there_is_nothing_to_take_over(tmp_path):
    hub = Hub(tmp_path)
    try:
        hub.start(take_over=True)
        assert hub.http.get("/ready").status_code == 200
    finally:
        hub.remove()


def test_without_the_flag_a_second_hub_is_told_who_has_the_data(tmp_path):
    hub = Hub(tmp_path)
    try:
        hub.start()
        second = subprocess.run(
            hub.command("127.0.0.1:0"), env=hub.environment, capture_output=True, text=True, timeout=patience_seconds)
        assert second.returncode != 0
        assert f"in use by process {hub.pid} " in second.stderr
        assert hub.http.get("/ready").status_code == 200
    finally:
        hub.remove()


def test_one_that_does_not_go_keeps_its_data_and_goes_on(tmp_path):
    """The old hub is stopped (as a debugger does it): it cannot go."""
    hub = Hub(tmp_path, limits={"drainSeconds": 1})
    try:
        hub.start()
        hub.process.send_signal(signal.SIGSTOP)
        second = subprocess.run(
            hub.command(f"127.0.0.1:{hub.port}", "--take-over"), env=hub.environment, capture_output=True, text=True,
            timeout=patience_seconds)
        assert second.returncode != 0
        assert f"still in use by process {hub.pid} " in second.stderr
        hub.process.send_signal(signal.SIGCONT)
        # It was asked to go, and does so as soon as it can.
        assert hub.process.wait(patience_seconds) == 0
    finally:
        hub.remove()
