"""A copy of what a channel shows.

An event carries the whole thing after the change, so keeping up is one rule: put it under its id, or remove it.
"""
from collections.abc import Container, Mapping
from typing import Any, TypeAlias

from .changes import Change, Event, Joined, Passing, Snapshot
from .position import Position

Thing: TypeAlias = Mapping[str, Any]

# The kind of a thing by the prefix of its id; one that is not listed is known by the prefix itself.
kind_of_prefix = {
    "prj": "project", "brd": "board", "col": "column", "crd": "card", "run": "run", "prc": "process", "ent": "entry",
    "apr": "approval", "cns": "consumer", "att": "attachment", "job": "job", "usr": "user", "tok": "token",
    "mem": "member", "pol": "policy", "key": "credential", "pfl": "profile", "rev": "review", "org": "organization",
    "sea": "seat", "ses": "session", "drf": "draft", "tag": "tag", "tpl": "template", "prf": "preference",
}


def kind_of(id: str) -> str:
    prefix = id.partition("_")[0]
    return kind_of_prefix.get(prefix, prefix)


class Store:
    """Fed by one channel alone, so that nothing is applied out of order."""

    def __init__(self, kinds: Container[str] | None = None) -> None:
        """kinds: which are kept; all, if none are named."""
        self._kinds = kinds
        self._things: dict[str, dict[str, Thing]] = {}
        self.position: Position | None = None
        # Who watches, by the user's id; `viewers_total` counts those too that are not listed.
        self.viewers: dict[str, Thing] = {}
        self.viewers_total = 0

    @property
    def is_loaded(self) -> bool:
        """Before the first snapshot, "nothing there" means "not known"."""
        return self.position is not None

    def of(self, kind: str) -> Mapping[str, Thing]:
        """All things of a kind by id: `card`, `column`, `run` … A live view, not to be changed."""
        return self._things.get(kind, {})

    def get(self, id: str) -> Thing | None:
        return self.of(kind_of(id)).get(id)

    def apply(self, change: Change) -> None:
        match change:
            case Snapshot(position, data):
                self._things = {}
                for member in data.values():
                    for thing in member if isinstance(member, list) else [member]:
                        if isinstance(thing, dict) and isinstance(thing.get("id"), str):
                            self._put(thing)
                self.position = position
            case Event(position, type, data):
                if type.endswith(".deleted"):
                    self._things.get(kind_of(data["id"]), {}).pop(data["id"], None)
                elif isinstance(data.get("id"), str):
                    self._put(data)
                self.position = position
            case Joined(_, data):
                self._watched("presence.listed", data)
            case Passing(type, data) if type.startswith("presence."):
                self._watched(type, data)

    def _put(self, thing: Thing) -> None:
        kind = kind_of(thing["id"])
        if self._kinds is None or kind in self._kinds:
            self._things.setdefault(kind, {})[thing["id"]] = thing

    def _watched(self, type: str, data: Thing) -> None:
        self.viewers_total = data.get("viewersTotal", 0)
        if type == "presence.listed":
            self.viewers = {}
        for viewer in data.get("viewers", []):
            if type == "presence.left":
                self.viewers.pop(viewer["user"]["id"], None)
            else:
                self.viewers[viewer["user"]["id"]] = viewer
