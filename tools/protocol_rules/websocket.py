"""A WebSocket byte by byte (RFC 6455), so that a rule may also say what no client says."""
import base64
import contextlib
import hashlib
import json
import os
import socket
import struct
import zlib
from urllib.parse import urlencode

from .rule import Broken, expect

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
PATIENCE_SECONDS = 20


class Refused(Exception):
    """No upgrade: what came instead."""

    def __init__(self, status, headers, body):
        super().__init__(f"status {status}")
        self.status, self.headers, self.body = status, headers, body


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"closed with {code} {reason}")
        self.code, self.reason = code, reason


def masked(opcode, payload=b"", is_final=True, mask=True):
    size, bit = len(payload), 0x80 if mask else 0
    length = struct.pack("!B", bit | size) if size < 126 else (
        struct.pack("!BH", bit | 126, size) if size < 1 << 16 else struct.pack("!BQ", bit | 127, size))
    return bytes([opcode | (0x80 if is_final else 0)]) + length + (bytes(4) if mask else b"") + payload


class Socket:
    def __init__(self, hub, query, fields, is_batching):
        self.is_batching = is_batching
        self.hello = None
        self.socket = socket.create_connection((hub.parts.hostname, hub.port), timeout=PATIENCE_SECONDS)
        if hub.tls:
            self.socket = hub.tls.wrap_socket(self.socket, server_hostname=hub.parts.hostname)
        self.unread, self.frames, self.deflated = b"", [], 0
        key = base64.b64encode(os.urandom(16)).decode()
        fields = {
            "Host": f"{hub.parts.hostname}:{hub.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"} | fields
        lines = [f"GET {hub.parts.path}/api/ws{'?' if query else ''}{urlencode(query)} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        status, headers = self._head()
        if status != 101:
            raise Refused(status, headers, self._bytes(int(headers.get("content-length", 0))))
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        expect(headers.get("sec-websocket-accept") == accept.decode(), f"Sec-WebSocket-Accept is wrong: {headers}")
        self.headers = headers
        self._ids = iter(range(1, 1 << 30))

    # Bytes.

    def _fill(self):
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            raise Broken(f"nothing came within {PATIENCE_SECONDS} s") from None
        except OSError:
            data = b""
        if not data:
            raise Closed(1006, "without a close frame")
        self.unread += data

    def _bytes(self, count):
        while len(self.unread) < count:
            self._fill()
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    def _head(self):
        while b"\r\n\r\n" not in self.unread:
            self._fill()
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in lines)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in fields}

    def send_bytes(self, data):
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(data)

    # Frames of RFC 6455.

    def send_frame(self, opcode, payload=b"", **form):
        self.send_bytes(masked(opcode, payload, **form))

    def frame(self):
        """(opcode, payload) of the next one; raises Closed at a close frame."""
        first, size = self._bytes(2)
        is_deflated = bool(first & 0x40)
        expect(first & 0x30 == 0 and (not is_deflated or "sec-websocket-extensions" in self.headers),
               "a reserved bit is set, and nothing was agreed to")
        expect(size < 0x80, "a frame of the hub's is masked")
        if size >= 126:
            size = int.from_bytes(self._bytes(2 if size == 126 else 8), "big")
        opcode, payload = first & 0x0F, self._bytes(size)
        if is_deflated:
            self.deflated += 1
            # RFC 7692 section 7.2.2; without context takeover each message stands by itself.
            payload = zlib.decompressobj(wbits=-15).decompress(payload + b"\0\0\xff\xff")
        if opcode == CLOSE:
            raise Closed(int.from_bytes(payload[:2], "big") if payload else 1005, payload[2:].decode())
        return opcode, payload

    # Frames of the protocol.

    def send_text(self, text):
        self.send_frame(TEXT, text.encode())

    def send(self, *frames):
        value = list(frames) if self.is_batching else frames[0]
        self.send_text(json.dumps(value))

    def take(self):
        """The next frame of the protocol."""
        while not self.frames:
            opcode, payload = self.frame()
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == TEXT:
                value = json.loads(payload)
                expect(self.is_batching or isinstance(value, dict), "an array came, and ?batch=1 was not asked for")
                self.frames += value if isinstance(value, list) else [value]
            elif opcode == BINARY:
                raise Broken("a binary frame came")
        return self.frames.pop(0)

    def take_until(self, holds):
        """(the frames before, the one for which it holds)"""
        before = []
        while True:
            frame = self.take()
            if holds(frame):
                return before, frame
            before.append(frame)

    def ask(self, type, payload=None, **members):
        """The answer to a frame: (the frames before it, it)"""
        id = next(self._ids)
        self.send({"type": type, "id": id, "payload": payload or {}} | members)
        return self.take_until(lambda frame: frame.get("id") == id)

    def call(self, type, payload=None, **members):
        """The answer, which must be none of an error; what came before it is taken up again."""
        before, answer = self.ask(type, payload, **members)
        self.frames = before + self.frames
        expect(answer["type"] != "error", answer)
        return answer

    def refused(self, type, payload=None, *, code, **members):
        before, answer = self.ask(type, payload, **members)
        self.frames = before + self.frames
        expect(answer["type"] == "error", f"no error, but {answer}")
        expect(answer["error"]["code"] == code, f"{answer['error']['code']} instead of {code}")
        return answer["error"]

    def events(self, count):
        """So many durable events."""
        found = []
        while len(found) < count:
            frame = self.take()
            if "seq" in frame:
                found.append(frame)
        return found

    def closed(self):
        """With what the hub closes it, whatever comes before."""
        try:
            while True:
                self.frame()
        except Closed as closed:
            return closed

    def end(self):
        self.socket.close()
