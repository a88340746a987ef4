"""The WebSocket: its handshake, its frames, what is refused, and how it ends."""
import json

from .rule import Skipped, equal, expect, rules
from .websocket import BINARY, CLOSE, PING, PONG, TEXT, Refused

SOCKET, rule = rules("The WebSocket")
LIMITS, limit = rules("Limits")
CLOSING, closing = rules("Close codes")
WHO, who = rules("Who may do what")


def not_upgraded(hub, status, **headers):
    try:
        hub.socket(greets=False, headers=headers)
    except Refused as refused:
        equal(refused.status, status, "status")
        return refused
    expect(False, "the upgrade was made")


@rule
def handshake(hub):
    """before the upgrade errors are HTTP's: 426 for no handshake or another version, 403 for a foreign origin, 405"""
    refused = not_upgraded(hub, 426, **{"Sec-WebSocket-Version": "12"})
    equal(refused.headers.get("sec-websocket-version"), "13", "Sec-WebSocket-Version")
    equal(hub.request("GET", "/api/ws").status, 426, "status without a handshake")
    equal(hub.request("POST", "/api/ws", {}).status, 405, "status of POST")
    not_upgraded(hub, 403, Origin="http://attacker.example")


@rule
def no_subprotocol(hub):
    """a client's list of subprotocols is no error, and none of it is chosen"""
    socket = hub.socket(headers={"Sec-WebSocket-Protocol": "chat, superchat"})
    expect("sec-websocket-protocol" not in socket.headers, socket.headers)


@rule
def compression(hub):
    """permessage-deflate is agreed to without context takeover in either direction, and each message stands by itself"""
    socket = hub.socket(headers={"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    agreed = socket.headers.get("sec-websocket-extensions", "")
    if not agreed:
        raise Skipped("this hub does not compress")
    words = {word.strip() for word in agreed.split(";")}
    expect({"permessage-deflate", "server_no_context_takeover", "client_no_context_takeover"} <= words, agreed)
    for _ in range(2):
        socket.call("info")
        socket.call("subscribe", {"channel": f"project:{hub.project['id']}", "snapshot": True})
    expect(socket.deflated > 0, "nothing was compressed")


@rule
def hello(hub):
    """the first frame is hello, with protocol 1, server, node, connectionId, pingIntervalMs, limits and capabilities"""
    data = hub.socket().hello["data"]
    equal(data["protocol"], 1, "protocol")
    for name, kind in (("server", str), ("node", str), ("connectionId", str), ("pingIntervalMs", int),
                       ("limits", dict), ("capabilities", list)):
        expect(isinstance(data.get(name), kind), f"{name} is {data.get(name)!r}")
    expect(all(isinstance(value, int) for value in data["limits"].values()), data["limits"])
    names = {"messageByteCountMax", "messagesPerSecond", "messageBurstMax", "subscriptionsMax", "batchFramesMax",
             "operationsInFlightMax", "snapshotBytesMax"}
    expect(names <= data["limits"].keys(), f"not named: {names - data['limits'].keys()}")


@rule
def ids_come_back(hub):
    """an id, a number or a string, comes back in the answer as it was"""
    socket = hub.socket()
    for id in (7, 2 ** 53, -1, "", "text", "x" * 128):
        socket.send({"type": "ping", "id": id})
        frame = socket.take()
        equal((frame["type"], frame["id"]), ("pong", id), "answer")
    socket.send({"type": "ping", "id": "x" * 129})
    equal(socket.take()["error"]["code"], "BAD_REQUEST", "of an id that is too long")


@rule
def no_id_no_answer(hub):
    """without an id there is no answer, except errors"""
    socket = hub.socket()
    socket.send({"type": "info"})
    socket.send({"type": "no.such"})
    socket.send({"type": "ping", "id": "last"})
    frames = [socket.take(), socket.take()]
    expect(sorted(frame["type"] for frame in frames) == ["error", "pong"], frames)


@rule
def unknown_members_are_ignored(hub):
    """members of a frame that the hub does not know are passed over"""
    socket = hub.socket()
    socket.send({"type": "ping", "id": 1, "colour": "red"})
    equal(socket.take(), {"type": "pong", "id": 1}, "answer")


@rule
def bad_frames_do_not_end_it(hub):
    """what is no JSON, no object or no text is an error, and the connection goes on"""
    socket = hub.socket()
    for send, code in (
        (lambda: socket.send_text("{"), "MALFORMED_JSON"), (lambda: socket.send_text("3"), "BAD_REQUEST"),
        (lambda: socket.send_text("[]"), "BAD_REQUEST"), (lambda: socket.send_frame(BINARY, b"x"), "BAD_REQUEST"),
        (lambda: socket.send_text('{"type": 1}'), "BAD_REQUEST"),
        (lambda: socket.send_text('{"type": "ping", "payload": 1}'), "BAD_REQUEST"),
    ):
        send()
        equal(socket.take()["error"]["code"], code, "code")
    socket.refused("no.such", code="OPERATION_NOT_FOUND")
    equal(socket.call("ping")["type"], "pong", "the connection afterwards")


@rule
def batches(hub):
    """with ?batch=1 a frame may be an array; one that is wrong does not spoil the others"""
    socket = hub.socket(batch=True)
    socket.send({"type": "ping", "id": 1}, 3, {"type": "no.such", "id": 2}, {"type": "ping", "id": 3})
    seen = [socket.take() for _ in range(4)]
    equal(sorted(str(frame.get("id")) for frame in seen), ["1", "2", "3", "None"], "ids")
    most = socket.hello["data"]["limits"]["batchFramesMax"]
    socket.send(*[{"type": "ping"}] * (most + 1))
    error = socket.take()["error"]
    equal((error["code"], error["limit"]), ("LIMIT_EXCEEDED", "batchFramesMax"), "one too many")


@rule
def control_frames(hub):
    """pings of RFC 6455 are answered, also between the pieces of a message"""
    socket = hub.socket()
    socket.send_frame(TEXT, b'{"type": "pi', is_final=False)
    socket.send_frame(PING, b"mark")
    equal(socket.frame(), (PONG, b"mark"), "answer to a ping")
    socket.send_frame(0, b'ng", "id": 1}')
    equal(socket.take(), {"type": "pong", "id": 1}, "answer to the message in pieces")


@rule
def operations_on_the_socket(hub):
    """an operation's name is a frame's type; the answer is reply with data and meta.position, as over REST"""
    socket = hub.socket()
    payload = {"project": hub.project["id"], "title": "conformance"}
    answer = socket.call("cards.create", payload)
    hub._cards.append(answer["data"]["id"])
    equal(answer["type"], "reply", "type")
    equal(answer["data"], hub.get(f"/api/cards/{answer['data']['id']}").data, "the card over REST")
    expect({"epoch", "seq"} <= answer["meta"]["position"].keys()
           if isinstance(answer["meta"]["position"], dict) else "-" in answer["meta"]["position"], answer["meta"])


@closing
def close_is_answered(hub):
    """a close is answered with a close"""
    socket = hub.socket()
    socket.send_frame(CLOSE, (1000).to_bytes(2, "big"))
    equal(socket.closed().code, 1000, "code")


@closing
def broken_frames(hub):
    """what breaks RFC 6455 is closed with 1002, text that is no UTF-8 with 1007"""
    for send, code in (
        (lambda socket: socket.send_frame(TEXT, b"{}", mask=False), 1002),
        (lambda socket: socket.send_frame(0x3, b""), 1002),
        (lambda socket: socket.send_frame(PING, b"x" * 126), 1002),
        (lambda socket: socket.send_frame(TEXT, b"\xff"), 1007),
    ):
        socket = hub.socket()
        send(socket)
        equal(socket.closed().code, code, "code")


@limit
def message_too_big(hub):
    """a message of more than limits.messageByteCountMax is closed with 1009"""
    socket = hub.socket()
    most = socket.hello["data"]["limits"]["messageByteCountMax"]
    socket.send_text(json.dumps({"type": "ping", "id": 1, "x": "y" * (most - 100)}))
    equal(socket.take().get("id"), 1, "answer to one that is almost too big")
    socket.send_bytes(bytes([0x81, 0xFF]) + (most + 1).to_bytes(8, "big") + bytes(4))
    equal(socket.closed().code, 1009, "code")


@limit
def too_many_messages(hub):
    """more than limits.messageBurstMax at once is closed with 4029, whose reason names the limit"""
    socket = hub.socket()
    most = socket.hello["data"]["limits"]["messageBurstMax"]
    for _ in range(2 * most):
        socket.send({"type": "ping"})
    closed = socket.closed()
    equal(closed.code, 4029, "code")
    expect("messageBurstMax" in closed.reason, closed.reason)


@who
def tokens_on_the_socket(hub):
    """a token is shown in the first frame, and a wrong one is answered with UNAUTHENTICATED and 4001"""
    if not hub.token:
        raise Skipped("the hub has no users, or no --token was given")
    socket = hub.socket(token=None)
    expect("user" not in socket.hello["data"], socket.hello)
    socket.call("auth", {"token": hub.token})
    expect(socket.call("me")["data"].get("user"), "nobody")
    socket.refused("auth", {"token": hub.token}, code="BAD_REQUEST")
    for type, payload in (("auth", {"token": "rst_wrong"}), ("info", {})):
        socket = hub.socket(token=None)
        socket.refused(type, payload, code="UNAUTHENTICATED")
        equal(socket.closed().code, 4001, "code")


RULES = [*SOCKET, *LIMITS, *CLOSING, *WHO]
