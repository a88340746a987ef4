"""The hub under a service manager: what it tells, and what it does with signals."""
import ctypes
import os
import pathlib
import signal
import socket
import struct
import subprocess

import pytest

from hub import Hub
from waiting import patience_seconds, until


class Watched(Hub):
    """Started as systemd starts a service of Type=notify."""

    def __init__(self, folder, watchdog_seconds=None, **options):
        super().__init__(folder, **options)
        self.watchdog_seconds = watchdog_seconds
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.manager.bind(str(self.folder / "notify"))
        self.manager.settimeout(patience_seconds)

    @property
    def environment(self):
        variables = super().environment | {"NOTIFY_SOCKET": str(self.folder / "notify")}
        if self.watchdog_seconds:
            variables["WATCHDOG_USEC"] = str(int(self.watchdog_seconds * 1_000_000))
        return variables

    def told(self):
        return self.told_by()[1]

    def told_by(self):
        """(process, news)"""
        news, ancillary, _, _ = self.manager.recvmsg(4096, socket.CMSG_SPACE(struct.calcsize("3i")))
        return struct.unpack("3i", ancillary[0][2])[0], news.decode()

    def wait_for_news(self, process, news):
        """All that is told until then, this included."""
        told = []
        while (process, news) not in told:
            told.append(self.told_by())
        return told


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


class HeldThread:
    """One thread of a process that a debugger has stopped, for as long as the block lasts: it hangs, the others do not."""

    attach, detach, wall = 16, 17, 0x40000000

    def __init__(self, pid, name):
        self.thread = next(
            int(task.name) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            if (task / "comm").read_text().strip() == name)
        self.library = ctypes.CDLL(None, use_errno=True)
        self.library.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]

    def __enter__(self):
        if self.library.ptrace(self.attach, self.thread, None, None) != 0:
            pytest.skip(f"ptrace may not attach here: {os.strerror(ctypes.get_errno())}")
        os.waitpid(self.thread, self.wall)

    def __exit__(self, *_):
        self.library.ptrace(self.detach, self.thread, None, None)


def test_a_manager_is_told_that_the_hub_lives_unless_it_hangs(tmp_path):
    hub = Watched(tmp_path, watchdog_seconds=0.5, shards=1)

    def silences():
        return hub.log_tail().count("do not answer")

    try:
        hub.start()
        hub.wait_for_news(hub.pid, "READY=1")
        hub.wait_for_news(hub.pid, "WATCHDOG=1")
        with HeldThread(hub.pid, "roost-loop"):
            def wait_for_silence():
                seen = silences()
                until(lambda: silences() > seen, "the log says what hangs")

            wait_for_silence()
            assert "parts=loop 0" in hub.log_tail()
            hub.manager.settimeout(0)
            with pytest.raises(BlockingIOError):
                while hub.told() == "WATCHDOG=1":
                    pass
            wait_for_silence()
            with pytest.raises(BlockingIOError):
                hub.told()
            hub.manager.settimeout(patience_seconds)
        hub.wait_for_news(hub.pid, "WATCHDOG=1")
        hub.wait_for_news(hub.pid, "WATCHDOG=1")
        assert hub.stop() == 0
    finally:
        hub.remove()


def test_a_manager_follows_a_hub_that_takes_over(tmp_path):
    """Only the first one is given a watchdog: whoever takes over is no main process when systemd starts it."""
    hub = Watched(tmp_path, watchdog_seconds=2)
    try:
        hub.start()
        hub.watchdog_seconds = None
        for _ in range(2):
            old = hub.process
            hub.take_over()
            assert old.wait(patience_seconds) == 0
            told = hub.wait_for_news(hub.pid, "READY=1")
            assert told.index((hub.pid, f"MAINPID={hub.pid}")) < told.index((hub.pid, "READY=1"))
            told += hub.wait_for_news(hub.pid, "WATCHDOG=1")
            assert all(news != "STOPPING=1" for _, news in told)
    finally:
        hub.remove()


def test_a_manager_stays_with_a_hub_that_does_not_go(tmp_path):
    hub = Watched(tmp_path, limits={"drainSeconds": 1})
    try:
        hub.start()
        assert hub.told() == "READY=1"
        hub.process.send_signal(signal.SIGSTOP)
        second = subprocess.Popen(
            hub.command(f"127.0.0.1:{hub.port}", "--take-over"), env=hub.environment, stderr=subprocess.DEVNULL)
        assert second.wait(patience_seconds) != 0
        assert hub.told_by() == (second.pid, f"MAINPID={second.pid}")
        assert hub.told_by() == (second.pid, f"MAINPID={hub.pid}")
    finally:
        hub.remove()
