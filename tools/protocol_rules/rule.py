"""What a rule of the protocol is."""
from collections.abc import Callable
from dataclasses import dataclass


class Broken(Exception):
    """The hub does otherwise; the message says what was seen."""


class Skipped(Exception):
    """It cannot be tried on this hub; the message says why."""


@dataclass(frozen=True)
class Rule:
    name: str
    # The heading in protocol.md.
    section: str
    says: str
    check: Callable


def rules(section):
    """(list, decorator): functions that are named after their rule and whose docstring says it."""
    made = []

    def rule(check):
        made.append(Rule(check.__name__, section, " ".join(check.__doc__.split()), check))
        return check

    return made, rule


def expect(holds, seen):
    if not holds:
        raise Broken(seen if isinstance(seen, str) else f"seen: {seen!r}"[:2_000])


def equal(seen, wanted, what):
    expect(seen == wanted, f"{what}: seen {seen!r}, wanted {wanted!r}"[:2_000])
