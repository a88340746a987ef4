"""A socket that speaks HTTP and WebSocket byte by byte, and may be as rude as a test wants."""
import base64
import contextlib
import json
import os
import socket
import struct

from waiting import patience_seconds

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class Ended(Exception):
    """The hub has closed the connection."""


class Raw:
    def __init__(self, hub, receive_bytes=None):
        self.socket = socket.socket()
        self.socket.settimeout(patience_seconds)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(("127.0.0.1", hub.port))
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def request(self, line, fields="", body=b""):
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.send(f"{line} HTTP/1.1\r\nHost: localhost\r\n{fields}{length}\r\n".encode() + body)

    def _fill(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            raise Ended()
        self.unread += data

    def take(self, count):
        while len(self.unread) < count:
            self._fill()
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    def take_through(self, mark):
        while mark not in self.unread:
            self._fill()
        return self.take(self.unread.index(mark) + len(mark))

    def answer(self):
        """(status, headers by their names in small letters, body) of the next answer."""
        first, *lines = self.take_through(b"\r\n\r\n").decode("latin-1").splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        return int(first.split()[1]), headers, self.take(int(headers.get("content-length", 0))).decode()

    def wait_for_end(self):
        """What comes until the hub closes."""
        with contextlib.suppress(Ended):
            while True:
                self._fill()
        return self.unread

    # WebSocket.

    def upgrade(self):
        """Returns the first frame, `hello`."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.request(
            "GET /api/ws",
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n")
        assert self.answer()[0] == 101
        return json.loads(self.frame()[1])

    @staticmethod
    def masked(opcode, payload=b"", is_final=True):
        """A client's frame, with a mask of zeros."""
        size = len(payload)
        length = struct.pack("!B", 0x80 | size) if size < 126 else (
            struct.pack("!BH", 0x80 | 126, size) if size < 1 << 16 else struct.pack("!BQ", 0x80 | 127, size))
        return bytes([opcode | (0x80 if is_final else 0)]) + length + bytes(4) + payload

    def send_frame(self, opcode, payload=b"", is_final=True):
        self.send(self.masked(opcode, payload, is_final))

    def frame(self):
        """(opcode, payload) of the next frame."""
        first, size = self.take(2)
        if size >= 126:
            size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
        return first & 0x0F, self.take(size)

    def wait_for_frame(self, opcode):
        while True:
            kind, payload = self.frame()
            if kind == opcode:
                return payload

    def wait_for_close(self):
        """(code, reason) of the hub's close frame."""
        payload = self.wait_for_frame(CLOSE)
        return int.from_bytes(payload[:2], "big"), payload[2:].decode()
