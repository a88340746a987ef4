"""The worked transcripts of protocol/transcripts, replayed word by word. Their form is in protocol/transcripts/README.md."""
import json
import pathlib
import re

from .rule import Broken, Rule, Skipped, equal, expect
from .websocket import Closed

folder = pathlib.Path(__file__).resolve().parent.parent.parent / "protocol" / "transcripts"
VARIABLE = re.compile(r"\$([a-zA-Z]+)(?:\+(\d+))?")
ANYTHING = "…"


class Names:
    """What the names that begin with $ stand for."""

    def __init__(self, **known):
        self.known = known

    def fill(self, value):
        match value:
            case dict():
                return {name: self.fill(member) for name, member in value.items()}
            case list():
                return [self.fill(each) for each in value]
            case str():
                whole = VARIABLE.fullmatch(value)
                return self.value(whole) if whole else VARIABLE.sub(lambda found: str(self.value(found)), value)
        return value

    def value(self, found):
        expect(found[1] in self.known, f"the transcript has not said what ${found[1]} is")
        value = self.known[found[1]]
        return value + int(found[2]) if found[2] else value

    def match(self, pattern, seen, place):
        """Members that the pattern does not name are passed over, as a client must."""
        if pattern == ANYTHING:
            return
        whole = VARIABLE.fullmatch(pattern) if isinstance(pattern, str) else None
        if whole and not whole[2] and whole[1] not in self.known:
            self.known[whole[1]] = seen
        elif isinstance(pattern, dict):
            expect(isinstance(seen, dict), f"{place}: seen {seen!r}, wanted an object")
            for name, member in pattern.items():
                if name == "!":
                    extra = [each for each in member if each in seen]
                    expect(not extra, f"{place}: {extra} should not be there")
                    continue
                expect(name in seen, f"{place}: {name} is missing in {seen!r}"[:1_000])
                self.match(member, seen[name], f"{place}.{name}")
        elif isinstance(pattern, list):
            is_open = bool(pattern) and pattern[-1] == ANYTHING
            wanted = pattern[:-1] if is_open else pattern
            expect(isinstance(seen, list) and (len(seen) >= len(wanted) if is_open else len(seen) == len(wanted)),
                   f"{place}: seen {seen!r}, wanted {pattern!r}"[:1_000])
            for index, each in enumerate(wanted):
                self.match(each, seen[index], f"{place}[{index}]")
        else:
            equal(seen, self.fill(pattern), place)


class Replay:
    def __init__(self, hub, names):
        self.hub, self.names, self.sockets = hub, names, {}

    def play(self, step, place):
        who = step.get("by", "client")
        if "open" in step:
            query = self.names.fill(step.get("query", {}))
            token = self.names.fill(step["token"]) if step.get("token") else (None if "token" in step else ...)
            socket = self.sockets[who] = self.hub.socket(
                token=token, query=query, batch=query.get("batch") == "1", greets=False)
            socket.is_batching = False      # what goes up is written as it is
        elif "up" in step:
            self.sockets[who].send_text(json.dumps(self.names.fill(step["up"])))
        elif "down" in step:
            self.names.match(step["down"], self.take(who), place)
        elif "downs" in step:
            self.match_in_any_order(list(step["downs"]), who, place)
        elif "closed" in step:
            equal(self.sockets[who].closed().code, step["closed"], f"{place}: code")
        elif "drop" in step:
            self.sockets.pop(who).end()
        elif "rest" in step:
            method, path = self.names.fill(step["rest"]).split(" ", 1)
            answer = self.hub.request(method, path, self.names.fill(step.get("body")), headers=self.names.fill(step.get("fields", {})))
            equal(answer.status, step["status"], f"{place}: status of {answer.body[:300]!r}")
            if "answer" in step:
                self.names.match(step["answer"], answer.json, place)
            for name, value in step.get("told", {}).items():
                self.names.match(value, answer.headers[name], f"{place}.{name}")
        else:
            raise Broken(f"{place}: not a step: {step}")

    def take(self, who):
        """What comes next; who watches is told at any moment, and others may be there."""
        socket = self.sockets[who]
        socket.is_batching = True           # an array may come, where it was asked for
        try:
            while (frame := socket.take())["type"].startswith("presence."):
                pass
        except Closed as closed:
            raise Broken(str(closed)) from None
        finally:
            socket.is_batching = False
        return frame

    def match_in_any_order(self, patterns, who, place):
        while patterns:
            frame, misses = self.take(who), []
            for pattern in patterns:
                before = dict(self.names.known)
                try:
                    self.names.match(pattern, frame, place)
                    patterns.remove(pattern)
                    break
                except Broken as miss:
                    self.names.known = before
                    misses.append(str(miss))
            else:
                raise Broken(f"{place}: {frame} is none of them: {misses}"[:2_000])


def check(steps, head):
    def replay(hub):
        if "users" in head.get("needs", []):
            if not hub.token:
                raise Skipped("the hub has no users, or no --token was given")
        known = {"project": hub.project["id"], "token": hub.token}
        if "viewer" in head.get("needs", []):
            _, known["viewerToken"], member = hub.stranger("viewer")
            known["member"] = member["id"]
        known["key"] = f"transcript-{hub.card()['id']}"
        one = Replay(hub, Names(**known))
        for number, step in steps:
            one.play(step, f"line {number}")
        if card := one.names.known.get("card"):
            hub._cards.append(card)
    return replay


def rules():
    made = []
    for path in sorted(folder.glob("*.jsonl")):
        lines = [(number, json.loads(line)) for number, line in enumerate(path.read_text().splitlines(), 1) if line]
        (_, head), *steps = lines
        made.append(Rule(f"transcript_{path.stem}", head["section"], head["says"], check(steps, head)))
    return made
