"""How long to wait before the next attempt to connect: full jitter, so that many clients do not come in one instant."""
import random
from collections.abc import Callable

bound_seconds_min = 0.5
bound_seconds_max = 20.0


def delay_seconds(attempt: int, uniform: Callable[[], float] = random.random) -> float:
    """Anything between 0 and a bound that doubles with each attempt (0, 1, 2 …)."""
    return uniform() * min(bound_seconds_max, bound_seconds_min * 2.0 ** min(attempt, 16))
