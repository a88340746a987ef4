"""Two hundred runs at once: the limits hold, nothing is lost, and nothing is left behind."""
import collections

import processes
from waiting import until

# Three, so that the places do not come out even: 8 are 3, 3 and 2.
RUNS, PROJECTS = 200, 3
# The hub's own defaults.
RUNS_PER_PROJECT_MAX, RUNS_PER_HUB_MAX = 3, 8
# Every so many runs one leaves something behind, and so keeps its worktree until the project is archived.
RUNS_PER_CHANGE = 5
# The hub's memory after all runs, against that after a quarter of them: caches fill, nothing grows with the runs.
RESIDENT_GROWTH_FACTOR_MAX = 1.3
RESIDENT_GROWTH_SPARE_BYTES = 16 << 20
QUEUE_SECONDS_MAX = 240


def script(times, number):
    """Writes down when it began and ended; some change a file."""
    change = f"echo {number} > made-{number}.txt;" if number % RUNS_PER_CHANGE == 0 else ""
    return f"date +%s%N >> {times}/{number}; {change} echo line {number}; sleep 0.1; date +%s%N >> {times}/{number}"


def peak(steps):
    """The highest sum of (when, change) pairs; of those at the same time, ends come first."""
    most = now = 0
    for _, change in sorted(steps):
        now += change
        most = max(most, now)
    return most


def steps_of_agents(times):
    """When the commands really ran, as they say themselves."""
    for path in times.iterdir():
        begin, end = path.read_text().split()
        yield int(begin), 1
        yield int(end), -1


def steps_of_events(events):
    """When runs took their places in the queue and gave them back, as the journals say."""
    was = collections.defaultdict(bool)
    for event in events:
        if event["type"].startswith("run."):
            run = event["data"]
            is_active = run["status"] in ("running", "waiting")
            if is_active != was[run["id"]]:
                yield event["ts"], 1 if is_active else -1
            was[run["id"]] = is_active


def test_two_hundred_runs(hub):
    times = hub.folder / "times"
    times.mkdir()
    made = [hub.project(f"project-{number}") for number in range(PROJECTS)]
    live = hub.live()
    copies = [live.follow(f"project:{project['id']}") for project, _ in made]
    drafts = [hub.post(
        f"/api/projects/{made[number % PROJECTS][0]['id']}/runs", provider="command",
        options={"argv": ["/bin/sh", "-c", script(times, number)]}) for number in range(RUNS)]
    for run in drafts:
        hub.post(f"/api/runs/{run['id']}/start")

    def ended():
        return sum(len(copy.events_of("run.completed", "run.failed", "run.interrupted")) for copy in copies)

    live.wait(lambda: ended() >= RUNS // 4, "a quarter of the runs has ended", QUEUE_SECONDS_MAX)
    resident = processes.resident_bytes(hub.pid)
    live.wait(lambda: ended() >= RUNS, "all runs have ended", QUEUE_SECONDS_MAX)
    until(lambda: not hub.children(), "no process is left")
    limit = resident * RESIDENT_GROWTH_FACTOR_MAX + RESIDENT_GROWTH_SPARE_BYTES
    assert processes.resident_bytes(hub.pid) <= limit, f"after a quarter of the runs it was {resident}"

    # All did what they had to, once.
    assert [run["status"] for copy in copies for run in copy.of("run")] == ["completed"] * RUNS
    for number, run in enumerate(drafts):
        entries = hub.get(f"/api/runs/{run['id']}/entries")
        assert [entry["content"]["text"] for entry in entries] == [f"line {number}"]

    # The limits held, by the journals and by the commands' own clocks.
    steps = [list(steps_of_events(copy.events)) for copy in copies]
    assert max(peak(each) for each in steps) == RUNS_PER_PROJECT_MAX
    assert peak(step for each in steps for step in each) == RUNS_PER_HUB_MAX
    assert 1 < peak(steps_of_agents(times)) <= RUNS_PER_HUB_MAX

    # No journal has a hole.
    for (project, _), copy in zip(made, copies):
        events = hub.events(project["id"])
        assert [event["seq"] for event in events] == list(range(1, hub.position(project["id"])[1] + 1))
        live.wait_for_position(copy, hub.position(project["id"]))
        begun_at = copy.joins[0]["seq"]
        assert [event["seq"] for event in copy.events] == [event["seq"] for event in events[begun_at:]]

    # What changed nothing leaves no worktree and no branch; what did keeps its branch when the project is closed.
    for place, (project, repository) in enumerate(made):
        changes = sum(number % RUNS_PER_CHANGE == 0 for number in range(place, RUNS, PROJECTS))
        until(lambda: len(repository.worktrees()) == changes, "worktrees of runs without a change are gone")
        hub.delete(f"/api/projects/{project['id']}")
        until(lambda: not repository.worktrees(), "worktrees of a closed project are gone")
        assert len(repository.branches()) == 1 + changes
        assert repository.git("status", "--porcelain") == ""
    assert not list((hub.data / "worktrees").iterdir())
