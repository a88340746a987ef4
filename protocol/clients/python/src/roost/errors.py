"""What can go wrong."""
from collections.abc import Mapping
from typing import Any


class RoostError(Exception):
    """All errors of this package."""


class Problem(RoostError):
    """The hub refused: an RFC 9457 problem document. What its code means is in `protocol/errors.json`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """document: as the hub sent it; all its members are in `members`."""
        self.members = dict(document)
        self.code = str(document.get("code", "UNKNOWN"))
        self.status = int(document.get("status", 0))
        self.detail = str(document.get("detail") or document.get("title") or self.code)
        retry = document.get("retryAfterSeconds")
        # When the same request may succeed; None when the hub did not say.
        self.retry_after_seconds: float | None = None if retry is None else float(retry)
        super().__init__(f"{self.status} {self.code}: {self.detail}")


class ConnectionLost(RoostError):
    """The connection went before the answer came: whether the operation was done is not known."""


class Closed(RoostError):
    """There is no connection and there will be none: closed by this side, or for good by the hub (4000 to 4099)."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"closed with {code}: {reason}" if reason else f"closed with {code}")
