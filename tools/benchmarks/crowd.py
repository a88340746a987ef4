"""Many connections over one epoll, each of which follows a script, polite or rude.

A script is a generator. It yields bytes to send, or a function of what has come that says whether it is enough (it is
then given what came), and returns how the connection ends: CLOSE, RESET, or HOLD, which keeps it open. What a script
does not foresee (a connection that ends early, an answer that does not come) is counted as a fault under its name.
"""
import base64
import collections
import errno
import os
import select
import socket
import ssl
import struct
import time

CLOSE, RESET, HOLD = "close", "reset", "hold"
# More than the longest deadline that the hub has for a request (60 s): silent connections wait to be cut.
PATIENCE_SECONDS = 90
# Loopback addresses that the crowd comes from: one has 28,000 ports, and one that was closed rests for a minute.
SOURCE_COUNT = 60
IP_BIND_ADDRESS_NO_PORT = 24  # linux/in.h


class Unforeseen(Exception):
    pass


class Connection:
    """Connecting, perhaps in a TLS handshake, talking, held."""

    def __init__(self, crowd, name, script, source):
        self.crowd, self.name, self.script = crowd, name, script
        self.since = time.monotonic()
        self.received = bytearray()
        self.enough = None
        self.tls = None
        self.state = "connecting"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        self.socket.bind((source, 0))
        status = self.socket.connect_ex(("127.0.0.1", crowd.port))
        if status not in (0, errno.EINPROGRESS):
            self.socket.close()
            raise OSError(status, os.strerror(status))

    def ready(self):
        """The socket has something to say. Returns how the connection ends, or None when it goes on."""
        if self.state == "connecting":
            if status := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(status, os.strerror(status))
            self.crowd.poll.modify(self.socket.fileno(), select.EPOLLIN)
            if self.crowd.tls is None or self.name.startswith("raw "):
                return self.talk()
            self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.tls = self.crowd.tls.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
            self.state = "shaking hands"
            return self.shake_hands()
        data = self.socket.recv(1 << 17)
        if self.tls:
            self.incoming.write(data) if data else self.incoming.write_eof()
            if self.state == "shaking hands":
                if not data:
                    raise Unforeseen("ended in the TLS handshake")
                return self.shake_hands()
            data, has_ended = self.decrypted()
        else:
            has_ended = not data
        return self.take(data, has_ended)

    def shake_hands(self):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return None
        finally:
            self.flush()
        end = self.talk()
        if end or self.state == "held":
            return end
        return self.take(*self.decrypted())

    def decrypted(self):
        pieces = []
        try:
            while piece := self.tls.read(1 << 16):
                pieces.append(piece)
            return b"".join(pieces), True
        except ssl.SSLWantReadError:
            return b"".join(pieces), False
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b"".join(pieces), True

    def flush(self):
        if data := self.outgoing.read():
            self.socket.send(data)

    def take(self, data, has_ended):
        if self.state == "held":
            if has_ended:
                raise Unforeseen("held, and the peer ended it")
            return None
        self.received += data
        if self.enough is not ended and self.enough(self.received):
            return self.talk(bytes(self.received))
        if has_ended:
            if self.enough is ended:
                return self.talk(bytes(self.received))
            raise Unforeseen(f"the peer ended it after {bytes(self.received[:60])}")
        return None

    def talk(self, received=None):
        """On with the script, until it waits."""
        if received is None:
            self.state = "talking"
        try:
            step = self.script.send(received)
            while not callable(step):
                if self.tls:
                    self.tls.write(step)
                    self.flush()
                else:
                    self.socket.send(step)
                step = next(self.script)
            self.received.clear()
            self.enough = step
            return None
        except StopIteration as stop:
            if stop.value == HOLD:
                self.state = "held"
                self.received.clear()
            return stop.value

    def end(self, how):
        if how == RESET:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif self.tls and how == CLOSE:
            try:
                self.tls.unwrap()
            except (ssl.SSLError, OSError):
                pass
            try:
                self.flush()
            except OSError:
                pass
        self.socket.close()


class Crowd:
    def __init__(self, port, tls=None, at_once=200):
        """tls: an ssl.SSLContext; scripts whose name begins with `raw ` go without."""
        self.port, self.tls, self.at_once = port, tls, at_once
        self.poll = select.epoll()
        self.open, self.held = {}, []
        self.counts = collections.Counter()
        self.faults = collections.Counter()
        self.begun = 0

    def run(self, scripts, on_progress=None):
        """scripts: (name, generator) pairs. Returns when all are done; what is held stays in `held`."""
        scripts = iter(scripts)
        more = True
        while more or self.open:
            while more and len(self.open) < self.at_once:
                pair = next(scripts, None)
                if pair is None:
                    more = False
                    break
                self._begin(*pair)
                if on_progress:
                    on_progress(self.begun)
            self._wait(1)

    def _begin(self, name, script):
        self.begun += 1
        try:
            connection = Connection(self, name, script, f"127.0.0.{self.begun % SOURCE_COUNT + 2}")
        except OSError as error:
            self.faults[f"{name}: {error}"] += 1
            return
        descriptor = connection.socket.fileno()
        self.open[descriptor] = connection
        self.poll.register(descriptor, select.EPOLLOUT)

    def _wait(self, seconds):
        events = self.poll.poll(seconds, 256)
        for descriptor, _ in events:
            connection = self.open.get(descriptor)
            if connection is None:
                continue
            try:
                how = connection.ready()
            except (Unforeseen, OSError) as error:
                self.faults[f"{connection.name}: {error}"] += 1
                how = CLOSE
            if how:
                self._end(descriptor, connection, how)
        if not events or self.begun % 1000 == 0:
            late = time.monotonic() - PATIENCE_SECONDS
            for descriptor, connection in [pair for pair in self.open.items() if pair[1].since < late]:
                self.faults[f"{connection.name}: no answer within {PATIENCE_SECONDS} s"] += 1
                self._end(descriptor, connection, CLOSE)

    def _end(self, descriptor, connection, how):
        del self.open[descriptor]
        self.counts[connection.name] += 1
        self.poll.unregister(descriptor)
        if how == HOLD:
            self.held.append(connection)
        else:
            connection.end(how)

    def release(self):
        """Ends what is held, politely enough."""
        for connection in self.held:
            connection.end(CLOSE)
        self.held.clear()


# What scripts wait for.

def ended(_):
    """Special: the end of the peer's bytes is what is waited for, and only that."""
    return False


def marked(marker):
    return lambda received: marker in received


def responses(count):
    """So many whole responses with a Content-Length."""
    def enough(received):
        at = 0
        for _ in range(count):
            end = received.find(b"\r\n\r\n", at)
            if end < 0:
                return False
            length = 0
            for line in bytes(received[at:end]).lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line[15:])
            at = end + 4 + length
            if at > len(received):
                return False
        return True
    return enough


# What scripts send.

def request(target, *fields, method="GET", body=b""):
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def handshake(target="/api/ws"):
    key = base64.b64encode(os.urandom(16)).decode()
    return request(target, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                   f"Sec-WebSocket-Key: {key}")


def frame(first, payload):
    """Masked, with a key of zeros, which is one as good as another here."""
    length = len(payload)
    head = bytes([first, 0x80 | length]) if length < 126 else bytes([first, 0xFE]) + struct.pack(">H", length)
    return head + bytes(4) + payload


def text(document):
    return frame(0x81, document.encode())


FAREWELL = frame(0x88, struct.pack(">H", 1000))


# The scripts. Polite ones see their matter through.

def asks():
    yield request("/health")
    answer = yield responses(1)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise Unforeseen(answer[:60])
    return CLOSE


def asks_often():
    yield request("/health") * 5
    yield responses(5)
    return CLOSE


def asks_once():
    yield request("/health", "Connection: close")
    answer = yield ended
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise Unforeseen(answer[:60])
    return CLOSE


def asks_for_nothing():
    yield request("/api/nothing", "Content-Type: application/json", method="POST", body=b"{}")
    answer = yield responses(1)
    if not answer.startswith(b"HTTP/1.1 404 "):
        raise Unforeseen(answer[:60])
    return CLOSE


def joins():
    yield handshake()
    yield marked(b'"hello"')
    yield text('{"type":"ping","id":1}')
    yield marked(b'"pong"')
    yield FAREWELL
    yield ended
    return CLOSE


def subscribes():
    yield handshake()
    yield marked(b'"hello"')
    yield text('{"type":"subscribe","id":1,"payload":{"channel":"hub"}}')
    yield marked(b'"subscribed"')
    yield FAREWELL
    yield ended
    return CLOSE


# Rude ones do not.

def knocks():
    return RESET
    yield


def half_a_head():
    yield b"GET /health HTTP/1.1\r\nHost: local"
    return RESET


def half_a_head_and_goes():
    yield b"GET /health HTTP/1.1\r\nHost: local"
    return CLOSE


def half_a_body():
    yield request("/api/projects", "Content-Type: application/json", method="POST", body=b"x" * 500)[:-200]
    return RESET


def half_a_chunk():
    yield request("/api/projects", "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST")
    yield b"ff\r\n{"
    return RESET


def half_a_handshake():
    yield handshake()[:-40]
    return RESET


def leaves_before_the_answer():
    yield request("/health") * 20
    return RESET


def leaves_in_the_answer():
    yield request("/app/main.js") * 20
    yield lambda received: True
    return RESET


def leaves_in_hello():
    yield handshake()
    yield marked(b"101 Switching")
    return RESET


def half_a_frame():
    yield handshake()
    yield marked(b'"hello"')
    yield text('{"type":"ping","id":1}')[:-5]
    return RESET


def fragments_without_an_end():
    yield handshake()
    yield marked(b'"hello"')
    yield b"".join([frame(0x01, b'{"type"'), frame(0x00, b':"pi')])
    return CLOSE


def breaks_the_rules():
    yield handshake()
    yield marked(b'"hello"')
    yield frame(0xF3, b"?")
    yield ended
    return CLOSE


def vanishes_while_subscribed():
    yield handshake()
    yield marked(b'"hello"')
    yield text('{"type":"subscribe","id":1,"payload":{"channel":"hub"}}')
    return RESET


def nonsense():
    yield os.urandom(200) + b"\r\n\r\n"
    yield ended
    return CLOSE


def two_lengths():
    yield request("/health", "Content-Length: 1", "Content-Length: 2", method="POST")
    answer = yield ended
    if not answer.startswith(b"HTTP/1.1 400 "):
        raise Unforeseen(answer[:60])
    return CLOSE


def half_a_client_hello():
    """The beginning of a TLS record; to a plaintext port it is nonsense."""
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(20)
    return RESET


def stays_silent():
    """Until the hub has had enough."""
    yield b"GET /"
    yield ended
    return CLOSE


POLITE = [asks, asks_often, asks_once, asks_for_nothing, joins, subscribes]
RUDE = [knocks, half_a_head, half_a_head_and_goes, half_a_body, half_a_chunk, half_a_handshake,
        leaves_before_the_answer, leaves_in_the_answer, leaves_in_hello, half_a_frame, fragments_without_an_end,
        breaks_the_rules, vanishes_while_subscribed, nonsense, two_lengths]


def mixture(count, silent=0, tls=False):
    """So many connections, polite and rude in turn, with so many silent ones among them."""
    every = count // silent if silent else 0
    rude = RUDE + [half_a_client_hello] if tls else RUDE
    for number in range(count):
        if every and number % every == 0:
            script = stays_silent
        elif number % 2:
            script = rude[number // 2 % len(rude)]
        else:
            script = POLITE[number // 2 % len(POLITE)]
        name = script.__name__.replace("_", " ")
        yield ("raw " + name if script is half_a_client_hello else name), script()


def stays():
    """A WebSocket that says nothing after its hello."""
    yield handshake()
    yield marked(b'"hello"')
    return HOLD
