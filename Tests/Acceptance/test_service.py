"""The hub under a service manager: what it tells, and what it does with signals."""
import signal
import socket

from hub import Hub
from waiting import patience_seconds


class Watched(Hub):
    """Started as systemd starts a service of Type=notify."""

    def __init__(self, folder, **options):
        super().__init__(folder, **options)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(self.folder / "notify"))
        self.manager.settimeout(patience_seconds)

    @property
    def environment(self):
        return super().environment | {"NOTIFY_SOCKET": str(self.folder / "notify")}

    def told(self):
        return self.manager.recv(4096).decode()


def test_a_manager_is_told_of_start_reload_and_stop(tmp_path):
    hub = Watched(tmp_path)
    try:
        hub.start()
        assert hub.told() == "READY=1"
        hub.process.send_signal(signal.SIGHUP)
        assert hub.told().startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert hub.told() == "READY=1"
        assert hub.http.get("/health").status_code == 200
        hub.process.send_signal(signal.SIGTERM)
        assert hub.told() == "STOPPING=1"
        assert hub.process.wait(patience_seconds) == 0
    finally:
        hub.remove()


def test_a_viewer_is_told_when_to_come_back(tmp_path):
    hub = Hub(tmp_path, limits={"restartDelayMs": 2000, "returnsPerSecond": 1})
    try:
        live = hub.start().live()
        hub.process.send_signal(signal.SIGTERM)
        assert live.wait_for_end()[0] == 1001
        closing = live.frames[-1]
        assert closing["type"] == "closing"
        assert 2000 <= closing["data"]["retryAfterMs"] <= 3000
        assert hub.process.wait(patience_seconds) == 0
    finally:
        hub.remove()


def test_a_second_signal_ends_it_at_once(tmp_path):
    """A client that never closes its end would hold the hub for closeSeconds."""
    hub = Watched(tmp_path, limits={"closeSeconds": 300, "drainSeconds": 3600})
    try:
        hub.start()
        assert hub.told() == "READY=1"
        with socket.create_connection(("127.0.0.1", hub.port)) as client:
            client.sendall(b"GET /api/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 101"
            hub.process.send_signal(signal.SIGTERM)
            assert hub.told() == "STOPPING=1"
            assert hub.is_running()
            hub.process.send_signal(signal.SIGTERM)
            assert hub.process.wait(patience_seconds) == 128 + signal.SIGTERM
    finally:
        hub.remove()


def test_a_hub_that_goes_away_is_not_ready_and_says_goodbye_one_by_one(tmp_path):
    """At one a second, the last of 60 viewers would wait for a minute: it is still served while the first has gone."""
    hub = Hub(tmp_path, limits={"drainPacePerSecond": 1, "drainSeconds": 3600})
    try:
        hub.start()
        lives = [hub.live() for _ in range(60)]
        assert hub.http.get("/ready").json() == {"ready": True}
        with socket.create_connection(("127.0.0.1", hub.port), timeout=patience_seconds) as client:
            client.sendall(b"GET /ready HTTP/1.1\r\nHost: local")
            # Its first bytes are there before the signal is.
            assert hub.http.get("/health").status_code == 200
            hub.process.send_signal(signal.SIGTERM)
            assert lives[0].wait_for_end()[0] == 1001
            assert lives[0].frames[-1]["type"] == "closing"
            client.sendall(b"host\r\n\r\n")
            answer = client.makefile("rb").read()
            assert answer.startswith(b"HTTP/1.1 503") and b'"reasons":["draining"]' in answer
        lives[-1].answer(lives[-1].send("ping"))
        for live in lives:
            live.close()
        assert hub.process.wait(patience_seconds) == 0
    finally:
        hub.remove()
