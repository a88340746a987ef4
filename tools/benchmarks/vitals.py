"""What a process holds and uses, from /proc."""
import os
import time
from dataclasses import dataclass

SETTLE_SECONDS_MAX = 30


@dataclass
class Vitals:
    descriptors: int
    threads: int
    anonymous_kb: int  # resident and its own: the heap, stacks; not the program's text
    resident_kb: int

    def __str__(self):
        return (f"{self.descriptors} descriptors, {self.threads} threads, {self.anonymous_kb:,} KB of its own, "
                f"{self.resident_kb:,} KB resident")


def vitals(pid):
    found = {}
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            name, _, value = line.partition(":")
            if name in ("Threads", "RssAnon", "VmRSS"):
                found[name] = int(value.split()[0])
    return Vitals(len(descriptors(pid)), found["Threads"], found["RssAnon"], found["VmRSS"])


def descriptors(pid):
    """What they lead to. Without the database's: its pool opens readers as they are first needed."""
    found = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(f"/proc/{pid}/fd/{number}"))
        except FileNotFoundError:
            continue
    return sorted(place for place in found if ".sqlite" not in place)


def settled(pid):
    """Once no descriptor has been closed for three seconds: a lingering connection has two."""
    now = vitals(pid)
    since = begin = time.monotonic()
    while time.monotonic() < since + 3 and time.monotonic() < begin + SETTLE_SECONDS_MAX:
        time.sleep(0.2)
        later = vitals(pid)
        if later.descriptors != now.descriptors:
            since = time.monotonic()
        now = later
    return now


def cpu_seconds(pids):
    """What the processes have used: their CPU clocks (clock_getcpuclockid(3)), in ns, where /proc counts 10 ms."""
    scheduler_clock = 2
    return sum(time.clock_gettime(~int(pid) << 3 | scheduler_clock) for pid in pids)


def cpu_percent(pid, seconds):
    before, begin = cpu_seconds([pid]), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds([pid]) - before) / (time.monotonic() - begin) * 100
