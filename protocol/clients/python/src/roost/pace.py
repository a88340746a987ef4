"""Not sending faster than the hub allows: it ends a connection that does (4029)."""
from collections.abc import Callable


class Pace:
    """A bucket of tokens, one a frame."""

    def __init__(self, per_second: float, burst: float, now: Callable[[], float]) -> None:
        """now: seconds of a monotonic clock."""
        self._per_second, self._burst, self._now = per_second, burst, now
        self._tokens, self._at = burst, now()

    def take(self, wanted: int) -> int:
        """How many of the frames that are wanted may go now."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        taken = min(wanted, int(self._tokens))
        self._tokens -= taken
        return taken

    @property
    def wait_seconds(self) -> float:
        """Until one more may go."""
        return max(0.0, (1 - self._tokens) / self._per_second)
