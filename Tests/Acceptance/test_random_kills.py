"""Hub, keepers, agents and scripts die by `kill -9` at any moment, in any order; afterwards there is no ghost, no orphan, and
no line was lost or doubled.

`--crashes 200 --crash-seed 7`, or ROOST_CRASHES=200, is the long form, by a seed.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import signal

import processes
from waiting import until

LINES = 150


class Worker:
    """Somebody at work under a keeper, who writes down what he says before he says it."""

    def __init__(self, hub, project, transcripts, number):
        self.hub, self.transcript = hub, transcripts / str(number)
        self.killed = set()         # what was killed of it: "keeper", "agent"
        self.is_over = False
        self.begin(project)

    def wrote(self):
        return self.transcript.read_text().splitlines() if self.transcript.exists() else []

    def loop(self):
        """The shell itself is at work: what is not printed when it dies was not said."""
        return (f"i=0; while [ $i -lt {LINES} ]; do i=$((i+1)); echo line $i >> {self.transcript}; echo line $i; sleep 0.02; "
                "done")

    def is_at_work(self):
        return self.hub.run(self.run)["status"] in ("queued", "running")

    def processes(self):
        return self.hub.get(f"/api/runs/{self.run['id']}/processes")

    def entries(self, kind):
        entries = self.hub.list(f"/api/runs/{self.run['id']}/entries")
        assert [entry["index"] for entry in entries] == list(range(len(entries)))
        return [entry["content"]["text"] for entry in entries if entry["content"]["kind"] == kind]

    def check(self):
        settled = ("completed", "failed", "interrupted")
        run = until(lambda: (run := self.hub.run(self.run))["status"] in settled and run, "a run has ended")
        row, = self.processes()
        assert row["status"] not in ("queued", "running"), "no process is a ghost"
        if run["status"] == "interrupted":
            assert run["interruptedReason"], "it says why"
        self.compare(self.said(), run["status"], run)

    def compare(self, said, status, about):
        wrote = self.wrote()
        assert said == wrote[:len(said)], f"{about['id']}: none lost, none doubled"
        if not self.killed:
            assert status == "completed" and len(said) == len(wrote) > 0, about
        elif "keeper" not in self.killed:
            # It writes a line down, then says it: the last one may not have been said.
            assert len(said) >= len(wrote) - 1, "what was said is kept"


class Command(Worker):
    def begin(self, project):
        self.run = self.hub.post(
            f"/api/projects/{project['id']}/runs", provider="command", start=True,
            options={"argv": ["/bin/sh", "-c", self.loop()]})

    def said(self):
        return self.entries("output")


class Demo(Worker):
    """An agent with a protocol of its own, in both directions."""

    def begin(self, project):
        self.run = self.hub.post(
            f"/api/projects/{project['id']}/runs", provider="demo", start=True,
            prompt=f"Tell a story\ndemo: approval=no pace=5 paragraphs=6 transcript={self.transcript}")

    def wrote(self):
        return [json.loads(line)["text"] for line in super().wrote()]

    def said(self):
        # Of one that was killed amid a message there is a part that it had not written down yet.
        said = self.entries("assistant_message")
        return said[:-1] if self.killed and said and said[-1] not in self.wrote() else said


class Script(Worker):
    """A script with a terminal, beside a run whose agent is done."""

    def begin(self, project):
        run = self.hub.post(
            f"/api/projects/{project['id']}/runs", provider="command", start=True, options={"argv": ["touch", "made"]})
        self.run = self.hub.wait_for_run(run, "completed")
        dev = {"argv": ["sh"], "text": self.loop(), "terminal": {"columns": 80, "rows": 24}}
        self.hub.patch(f"/api/projects/{project['id']}", scripts={"dev": dev})
        self.script = self.hub.post(f"/api/runs/{self.run['id']}/scripts", script="dev")

    def row(self):
        return self.hub.get(f"/api/processes/{self.script['id']}")

    def is_at_work(self):
        return self.row()["status"] in ("queued", "running")

    def processes(self):
        return [self.row()]

    def said(self):
        text, offset = "", 0
        while True:
            piece = self.hub.get(f"/api/processes/{self.script['id']}/output?offset={offset}")
            text, offset = text + piece["text"], piece["nextOffset"]
            if piece["isEnd"]:
                # What comes behind the last line's end was cut off.
                return text.split("\r\n")[:-1]

    def check(self):
        row = until(lambda: not self.is_at_work() and self.row(), "a script has ended")
        self.compare(self.said(), row["status"], row)


# Who is at work at any time.
KINDS = [Command, Command, Demo, Script]


class Play:
    def __init__(self, hub, seed):
        self.hub, self.random = hub, random.Random(seed)
        self.project, self.repository = hub.project()
        self.transcripts = hub.folder / "transcripts"
        self.transcripts.mkdir()
        self.workers = []

    def active(self):
        for worker in self.workers:
            worker.is_over = worker.is_over or not worker.is_at_work()
        return [worker for worker in self.workers if not worker.is_over]

    def written(self):
        return sum(len(worker.wrote()) for worker in self.workers)

    def fill(self):
        at_work = collections.Counter(type(worker) for worker in self.active())
        for kind in (collections.Counter(KINDS) - at_work).elements():
            self.workers.append(kind(self.hub, self.project, self.transcripts, len(self.workers)))
        until(lambda: any(worker.wrote() for worker in self.active()), "somebody is at work")

    def victims(self):
        """(kind, worker, pid) of all that live; what a keeper's folder is called says whose it is."""
        found = []
        for worker in self.active():
            for process in worker.processes():
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
        before, enough = self.written(), self.random.randrange(0, 12)
        until(lambda: self.written() >= before + enough or not self.active(), "work goes on")

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
        for worker in self.workers:
            worker.check()
        until(lambda: not self.hub.children(), "nobody is left")
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
