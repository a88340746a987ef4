"""Hub, keepers and agents die by `kill -9` at any moment, in any order; afterwards there is no ghost, no orphan, and no line
was lost or doubled.

`--crashes 200 --crash-seed 7` is the long form, by a seed.
"""
import contextlib
import os
import pathlib
import random
import signal

import processes
from waiting import until

AT_WORK = 4
LINES = 150


class Worker:
    """A run that prints numbered lines, and writes down each before it does."""

    def __init__(self, hub, project, transcripts, number):
        self.transcript = transcripts / str(number)
        self.killed = set()         # what was killed of it: "keeper", "agent"
        self.is_over = False
        # The shell itself is the agent: what is not printed when it dies was not said.
        script = (f"i=0; while [ $i -lt {LINES} ]; do i=$((i+1)); echo $i >> {self.transcript}; echo line $i; sleep 0.02; "
                  "done")
        self.run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                            options={"argv": ["/bin/sh", "-c", script]})

    def wrote(self):
        return len(self.transcript.read_text().splitlines()) if self.transcript.exists() else 0


class Play:
    def __init__(self, hub, seed):
        self.hub, self.random = hub, random.Random(seed)
        self.project, self.repository = hub.project()
        self.transcripts = hub.folder / "transcripts"
        self.transcripts.mkdir()
        self.workers = []

    def active(self):
        for worker in self.workers:
            worker.is_over = worker.is_over or self.hub.run(worker.run)["status"] not in ("queued", "running")
        return [worker for worker in self.workers if not worker.is_over]

    def fill(self):
        for _ in range(AT_WORK - len(self.active())):
            self.workers.append(Worker(self.hub, self.project, self.transcripts, len(self.workers)))
        until(lambda: any(worker.wrote() for worker in self.active()), "somebody is at work")

    def victims(self):
        """(kind, worker, pid) of all that live; what a keeper's folder is called says whose it is."""
        found = []
        for worker in self.active():
            for process in self.hub.get(f"/api/runs/{worker.run['id']}/processes"):
                if process["status"] != "running" or "pid" not in process:
                    continue
                folder = str(pathlib.Path(self.hub.data) / "processes" / process["id"])
                found.append(("agent", worker, process["pid"]))
                found += [("keeper", worker, pid) for pid in processes.below(folder) if pid != process["pid"]]
        return found

    def kill_one(self, victims):
        if not victims:
            return
        kind, worker, pid = self.random.choice(victims)
        identity = processes.identity(pid)
        with contextlib.suppress(ProcessLookupError):
            if identity:
                os.kill(pid, signal.SIGKILL)
                worker.killed.add(kind)

    def let_pass(self):
        """A bit of work by anybody, or a few looks: no two kills come at the same point."""
        before, enough = sum(worker.wrote() for worker in self.workers), self.random.randrange(0, 12)
        until(lambda: sum(worker.wrote() for worker in self.workers) >= before + enough or not self.active(), "work goes on")

    def crash(self):
        self.fill()
        self.let_pass()
        what = self.random.choice(["hub", "hub", "other", "other", "both", "both"])
        victims = self.victims() if what != "hub" else []
        if what == "other":
            self.kill_one(victims)
            return
        if what == "both" and self.random.random() < 0.5:
            self.kill_one(victims)
            victims = []
        self.hub.kill()
        if what == "both":
            self.kill_one(victims)
        self.hub.start()

    def check(self):
        settled = ("completed", "failed", "interrupted")
        runs = [until(lambda: (run := self.hub.run(worker.run))["status"] in settled and run, "a run has ended")
                for worker in self.workers]
        until(lambda: not self.hub.children(), "nobody is left")
        for worker, run in zip(self.workers, runs):
            rows = self.hub.get(f"/api/runs/{run['id']}/processes")
            assert len(rows) == 1 and rows[0]["status"] not in ("queued", "running"), "no process is a ghost"
            entries = self.hub.list(f"/api/runs/{run['id']}/entries")
            assert [entry["index"] for entry in entries] == list(range(len(entries)))
            lines = [entry["content"]["text"] for entry in entries if entry["content"]["kind"] == "output"]
            said = len(lines)
            assert lines == [f"line {number}" for number in range(1, said + 1)], f"{run['id']}: none lost, none doubled"
            if not worker.killed:
                assert (run["status"], said, worker.wrote()) == ("completed", LINES, LINES), run
                continue
            # It writes a line down, then says it: the last one may not have been said.
            assert said <= worker.wrote()
            if "keeper" not in worker.killed:
                assert said >= worker.wrote() - 1, "what an agent has said is kept"
            if run["status"] == "interrupted":
                assert run["interruptedReason"], "it says why"
        seqs = [event["seq"] for event in self.hub.events(self.project["id"])]
        assert seqs == list(range(1, self.hub.position(self.project["id"])[1] + 1))


def test_random_kills(hub, pytestconfig):
    seed = pytestconfig.getoption("crash_seed") or random.randrange(1 << 32)
    play = Play(hub, seed)
    try:
        for _ in range(pytestconfig.getoption("crashes")):
            play.crash()
        play.check()
    except BaseException as error:
        error.add_note(f"again: --crash-seed {seed}")
        raise
