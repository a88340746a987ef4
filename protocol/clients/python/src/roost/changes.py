"""What a subscriber is told, in order."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .position import Position


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state as a whole at `position`; what was known before is void."""

    position: Position
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """A durable event, told once and in order. `frame` has all of its members: `actor`, `ts`, `severity` …"""

    position: Position
    type: str
    data: Mapping[str, Any]
    frame: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Passing:
    """Traffic without a number, which may be lost: `entry.delta`, `presence.*`, `job.log`."""

    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """Subscribed, at first and after each reconnection. `is_recovered`: what was missed follows, nothing is void."""

    is_recovered: bool
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """Events are missing, and a snapshot follows; or nothing does (`is_final`), since one may not see this any more.

    reason: `retention`, `epoch` or `access` as the hub said, or `resume` where it had nothing to go on from.
    """

    reason: str
    is_final: bool


Change: TypeAlias = Snapshot | Event | Passing | Joined | Gap
