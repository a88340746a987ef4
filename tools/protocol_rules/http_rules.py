"""One port, errors, and REST."""
import re

from .rule import Skipped, equal, expect, rules

PORT, port = rules("One port")
ERRORS, error = rules("Errors")
REST, rest = rules("REST")
WHO, who = rules("Who may do what")
ASKING, asking = rules("Operations")
VALUES, values = rules("Values")
ANSWERS, answers = rules("Answers say where they stand")
TWICE, twice = rules("Asking twice")


@port
def health(hub):
    """`/health` and `/ready` say that the hub is alive and takes work, to everybody"""
    for path in ("/health", "/ready"):
        equal(hub.request("GET", path, token=None).status, 200, path)


@port
def request_id(hub):
    """every answer has an X-Request-Id: the request's own where it is a good one, else one of the hub's"""
    equal(hub.get("/api/info", headers={"X-Request-Id": "mine-1"}).headers["X-Request-Id"], "mine-1", "X-Request-Id")
    made = hub.get("/api/info", headers={"X-Request-Id": "not good"}).headers["X-Request-Id"]
    expect(made and made != "not good", made)
    document = hub.request("GET", "/api/nothing", headers={"X-Request-Id": "mine-2"}).json
    equal(document.get("requestId"), "mine-2", "requestId of a problem")


@port
def foreign_host(hub):
    """a Host that is not served gets 403 HOST_FORBIDDEN"""
    hub.request("GET", "/api/info", headers={"Host": "attacker.example"}).refused(403, "HOST_FORBIDDEN")


@port
def foreign_origin(hub):
    """an unsafe request of a foreign origin gets 403 ORIGIN_FORBIDDEN"""
    path = f"/api/projects/{hub.project['id']}/cards"
    answer = hub.request("POST", path, {"title": "x"}, headers={"Origin": "http://attacker.example"})
    answer.refused(403, "ORIGIN_FORBIDDEN")


@error
def problem_documents(hub):
    """errors are problem documents with type, title, status, code and detail, and their type can be read"""
    document = hub.request("GET", "/api/cards/crd_nobody").refused(404, "CARD_NOT_FOUND")
    expect(document["detail"] and document["instance"] == "/api/cards/crd_nobody", document)
    equal(hub.request("GET", document["type"], token=None).json["code"], "CARD_NOT_FOUND", "what the type leads to")


@error
def malformed_json(hub):
    """JSON that is none is MALFORMED_JSON with line, column and offset"""
    path = f"/api/projects/{hub.project['id']}/cards"
    for body in (b'{\n "title": }', b'{"title": "a", "title": "b"}', b'{"title": "\\ud800"}', b"[" * 100):
        answer = hub.request("POST", path, body, headers={"Content-Type": "application/json"})
        document = answer.refused(400, "MALFORMED_JSON")
        expect({"line", "column", "offset"} <= document.keys(), document)


@asking
def every_wrong_member_is_named(hub):
    """what is wrong, missing or unknown is refused in one VALIDATION_FAILED with a pointer for each"""
    path = f"/api/projects/{hub.project['id']}/cards"
    document = hub.request("POST", path, {"prompt": 1, "colour": "red"}).refused(422, "VALIDATION_FAILED")
    pointers = {each["pointer"] for each in document["errors"]}
    expect({"/title", "/prompt", "/colour"} <= pointers, document)


@values
def places_beside_cards(hub):
    """a place beside a card that is not in the column is 409 NEIGHBOUR_MOVED with that card, which is no bad input; and nothing was done"""
    card, neighbour = hub.card(), hub.card()
    path = f"/api/cards/{card['id']}"
    columns = hub.get(f"/api/boards/{card['boardId']}/columns").data
    elsewhere = next((column["id"] for column in columns if column["id"] != neighbour["columnId"]), None)
    if elsewhere is None:
        raise Skipped("the board has one column")
    version = hub.get(path).data["version"]
    for member in ("before", "after"):
        moved = {"columnId": elsewhere, member: neighbour["id"]}
        document = hub.request("POST", f"{path}/move", moved).refused(409, "NEIGHBOUR_MOVED")
        equal(document["card"], neighbour["id"], "card")
    hub.request("POST", f"{path}/move", {"columnId": elsewhere, "before": "crd_no"}).refused(422, "VALIDATION_FAILED")
    equal(hub.get(path).data["version"], version, "version")


@answers
def positions_of_changes(hub):
    """what was changed is answered with the position up to which a journal tells of it"""
    answer = hub.done(hub.request("POST", f"/api/projects/{hub.project['id']}/cards", {"title": "conformance"}))
    hub._cards.append(answer.data["id"])
    epoch, _, seq = answer.headers["Roost-Position"].rpartition("-")
    page = hub.get(f"/api/projects/{hub.project['id']}/events", query={"after": f"{epoch}-{int(seq) - 1}", "limit": 1})
    event = page.data[0]
    equal((event["seq"], event["type"], event["data"]["id"]), (int(seq), "card.created", answer.data["id"]), "event")


@twice
def asking_twice_over_rest(hub):
    """the same request with the same Idempotency-Key is answered again, another one with it is refused"""
    path, key = f"/api/projects/{hub.project['id']}/cards", {"Idempotency-Key": f"conformance-{hub.card()['id']}"}
    first, second = (hub.done(hub.request("POST", path, {"title": "once"}, headers=key)) for _ in range(2))
    hub._cards.append(first.data["id"])
    equal(second.data, first.data, "the second answer")
    equal(second.headers.get("Idempotency-Replayed"), "true", "Idempotency-Replayed")
    hub.request("POST", path, {"title": "other"}, headers=key).refused(422, "IDEMPOTENCY_KEY_REUSED")


@rest
def versions(hub):
    """what has a version has an ETag; If-Match that lost gets 412 VERSION_STALE, If-None-Match that holds 304"""
    path = f"/api/cards/{hub.card()['id']}"
    tag = hub.get(path).headers["ETag"]
    expect(re.fullmatch(r'"\d+"', tag), tag)
    equal(hub.request("GET", path, headers={"If-None-Match": tag}).status, 304, "status of a read that knows it")
    hub.done(hub.request("PATCH", path, {"title": "changed"}, headers={"If-Match": tag}))
    hub.request("PATCH", path, {"title": "late"}, headers={"If-Match": tag}).refused(412, "VERSION_STALE")
    hub.done(hub.request("PATCH", path, {"title": "any"}, headers={"If-Match": "*"}))


@rest
def pages(hub):
    """lists are paged: limit, and the cursor that meta.nextCursor says"""
    cards = {hub.card()["id"] for _ in range(3)}
    path, seen, query = f"/api/projects/{hub.project['id']}/cards", [], {"limit": 2}
    while True:
        page = hub.get(path, query=query).json
        expect(len(page["data"]) <= 2, f"{len(page['data'])} on a page of 2")
        seen += [card["id"] for card in page["data"]]
        cursor = page.get("meta", {}).get("nextCursor")
        if not cursor:
            break
        query["cursor"] = cursor
    expect(len(set(seen)) == len(seen) and cards <= set(seen), seen)
    hub.request("GET", path, query={"limit": 0}).refused(422, "VALIDATION_FAILED")


@rest
def methods(hub):
    """HEAD and OPTIONS are answered; another method is 405 with Allow"""
    equal(hub.request("HEAD", "/api/projects").body, b"", "body of HEAD")
    equal(hub.request("OPTIONS", "/api/projects").status, 204, "status of OPTIONS")
    answer = hub.request("DELETE", "/api/projects")
    answer.refused(405, "METHOD_NOT_ALLOWED")
    expect("POST" in answer.headers.get("Allow", ""), answer.headers.get("Allow"))


@rest
def media_types(hub):
    """a body that is not JSON gets 415, and who accepts no JSON 406"""
    path = f"/api/projects/{hub.project['id']}/cards"
    answer = hub.request("POST", path, b"title=x", headers={"Content-Type": "application/x-www-form-urlencoded"})
    answer.refused(415, "UNSUPPORTED_MEDIA_TYPE")
    hub.request("GET", "/api/projects", headers={"Accept": "image/png"}).refused(406, "NOT_ACCEPTABLE")


@rest
def backfill(hub):
    """past events are read by position, without holes; one that is not kept gets 410 POSITION_GONE"""
    epoch, before = hub.position()
    cards = [hub.card()["id"] for _ in range(3)]
    path = f"/api/projects/{hub.project['id']}/events"
    events = hub.get(path, query={"after": f"{epoch}-{before}", "limit": 500}).data
    equal([event["seq"] for event in events], list(range(before + 1, before + 1 + len(events))), "numbers")
    made = [event["data"]["id"] for event in events if event["type"] == "card.created"]
    expect(set(cards) <= set(made), made)
    hub.request("GET", path, query={"after": "otherepoch-1"}).refused(410, "POSITION_GONE")


@who
def tokens_over_rest(hub):
    """without a token, or with a wrong one, 401 UNAUTHENTICATED with WWW-Authenticate and its reason"""
    if not hub.token:
        raise Skipped("the hub has no users, or no --token was given")
    for token, reason in ((None, "missing"), ("rst_" + "a" * 43, "unknown")):
        answer = hub.request("GET", "/api/projects", token=token)
        equal(answer.refused(401, "UNAUTHENTICATED")["reason"], reason, "reason")
        expect("WWW-Authenticate" in answer.headers, "no WWW-Authenticate")


@who
def what_is_not_seen_is_not_there(hub):
    """a project that one does not see is 404; what one sees and may not do is 403 FORBIDDEN with the ability"""
    _, outside, _ = hub.stranger()
    _, viewer, _ = hub.stranger("viewer")
    path = f"/api/projects/{hub.project['id']}"
    hub.request("GET", path, token=outside).refused(404, "PROJECT_NOT_FOUND")
    document = hub.request("POST", f"{path}/cards", {"title": "x"}, token=viewer).refused(403, "FORBIDDEN")
    equal(document["ability"], "board:write", "ability")


RULES = [*PORT, *VALUES, *ERRORS, *ASKING, *ANSWERS, *TWICE, *REST, *WHO]
