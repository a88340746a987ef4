"""Waiting for what others do: look again and again until a deadline. Nothing here sleeps for a fixed time."""
import time

# Far more than anything takes on a loaded machine of two cores: who runs into it has hung.
patience_seconds = 60
look_interval_seconds = 0.02


def until(look, what, seconds=patience_seconds):
    """The first true value that `look` returns."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(look_interval_seconds)
