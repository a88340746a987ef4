"""The hub under test: a process with a folder of its own, and a plain REST client of it."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess

import httpx

import processes
from live import Live
from problem import Problem
from repository import Repository
from waiting import patience_seconds, until

root = pathlib.Path(__file__).resolve().parent.parent.parent
binary = pathlib.Path(os.environ.get("ROOST_BIN") or root / ".build" / "release" / "roost").absolute()

# What the hub has in its environment and no agent may see.
secret = "ROOST_ACCEPTANCE_SECRET"
log_tail_characters = 20_000
# A test asks for more in a minute than a user may.
unhurried = {name: 1_000_000 for name in ("readsPerMinute", "changesPerMinute", "startsPerMinute", "settingsPerMinute")}


class Hub:
    """
    folder/data     what the hub keeps
    folder/roots    where projects lie
    folder/home     HOME
    """

    scheme = "http"
    # What certificates are checked by, where the scheme is https.
    verify = True
    # Those that have not been removed, for the report of a failed test.
    known = []

    def __init__(self, folder, arguments=(), **settings):
        """settings: of the settings file, such as agents={…}."""
        self.folder = pathlib.Path(folder).resolve()
        self.data, self.roots, self.home = (self.folder / name for name in ("data", "roots", "home"))
        for path in (self.roots, self.home):
            path.mkdir(parents=True)
        self.arguments = list(arguments)
        self.listens = []           # beside the port
        self.config = self.folder / "roost.yaml"
        settings["limits"] = unhurried | settings.get("limits", {})
        self.config.write_text(json.dumps(settings))        # JSON is YAML
        self.log = self.folder / "hub.log"
        self.process = None
        self.port = 0
        self.http = None
        self._lives = []
        Hub.known.append(self)

    # The process.

    @property
    def environment(self):
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "ROOST_ROOTS": str(self.roots),
            "SWIFT_BACKTRACE": "interactive=no,color=no", secret: "not for agents",
        }

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def command(self, places, *arguments):
        command = [binary, "serve", "--data", self.data, "--listen", places, "--config", self.config]
        return [str(part) for part in [*command, *self.arguments, *arguments]]

    def start(self, take_over=False):
        """Returns when it says where it serves. A later start is on the same port."""
        places = ",".join([f"127.0.0.1:{self.port}", *self.listens])
        command = self.command(places, *(["--take-over"] if take_over else []))
        begin = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

        def served_port():
            said = self.log.read_bytes()[begin:].decode(errors="replace")
            assert self.process.poll() is None, f"the hub ended with {self.process.returncode}:\n{said}"
            return re.search(rf"{self.scheme}://127\.0\.0\.1:(\d+)", said)

        self.port = int(until(served_port, "the hub says where it serves")[1])
        self.http = httpx.Client(base_url=self.url, timeout=patience_seconds, verify=self.verify, trust_env=False)
        return self

    def take_over(self):
        """A new process in the place of this one, which goes by itself."""
        self.http.close()
        self.start(take_over=True)

    def kill(self):
        """kill -9: nothing is said, nothing is saved."""
        self.process.kill()
        self.process.wait(patience_seconds)

    def stop(self):
        """As a person or a service manager stops it."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience_seconds)

    def restart(self):
        self.kill()
        self.start()

    def children(self):
        """Keepers, agents and whatever those have started; not the hub itself."""
        return [pid for pid in processes.below(self.data) if pid != self.pid]

    def is_running(self):
        return self.process.poll() is None

    def remove(self):
        """Ends it and everything that it has started."""
        for live in self._lives:
            live.close()
        if self.process and self.is_running():
            self.kill()
        processes.kill_below(self.data)
        if self.http:
            self.http.close()
        Hub.known.remove(self)

    def log_tail(self):
        return self.log.read_text(errors="replace")[-log_tail_characters:] if self.log.exists() else ""

    # WebSocket.

    def live(self, **options):
        live = Live(self.url, **options)
        self._lives.append(live)
        return live

    # REST.

    def answer(self, method, path, body=None, /, **query):
        """The response of a request that must succeed."""
        query = {name: value for name, value in query.items() if value is not None}
        response = self.http.request(method, path, json=body, params=query or None)
        if response.is_error:
            raise Problem(response.json())
        return response

    def get(self, path, /, **query):
        return self.answer("GET", path, **query).json()["data"]

    def post(self, path, /, **body):
        return self.answer("POST", path, body).json()["data"]

    def patch(self, path, /, **body):
        return self.answer("PATCH", path, body).json()["data"]

    def put(self, path, /, **body):
        return self.answer("PUT", path, body).json()["data"]

    def delete(self, path):
        assert self.answer("DELETE", path).status_code == 204

    def list(self, path, /, **query):
        """All pages of a list."""
        items, cursor = [], None
        while True:
            page = self.answer("GET", path, cursor=cursor, **query).json()
            items += page["data"]
            cursor = page.get("meta", {}).get("nextCursor")
            if not cursor:
                return items

    def position(self, project):
        """Where a project's journal stands: (epoch, seq)."""
        epoch, _, seq = self.answer("GET", f"/api/projects/{project}").headers["Roost-Position"].rpartition("-")
        return epoch, int(seq)

    def events(self, project):
        """A project's whole journal."""
        return self.list(f"/api/projects/{project}/events", limit=500)

    # What most tests need.

    def project(self, name="sample", files=None):
        """A project with a new repository: (project, repository)."""
        repository = Repository.create(self.roots / name, files)
        return self.post("/api/projects", path=str(repository.path), name=name), repository

    def card(self, project, title, prompt=""):
        return self.post(f"/api/projects/{project['id']}/cards", title=title, prompt=prompt)

    def run(self, run):
        return self.get(f"/api/runs/{run['id']}")

    def wait_for_run(self, run, *statuses, seconds=patience_seconds):
        """The run once it has one of the statuses; fails at once when it has settled in another."""
        def look():
            now = self.run(run)
            if now["status"] in statuses:
                return now
            settled = now["status"] in ("completed", "failed", "cancelled", "interrupted")
            assert not settled, f"the run is {now['status']}: {now.get('failure') or now.get('interruptedReason')}"
            return None
        return until(look, f"run {run['id']} is {' or '.join(statuses)}", seconds)

    def wait_for_summary(self, run):
        """The completed run, once that it is summed up is told too: the last of its events."""
        run = self.wait_for_run(run, "completed")
        until(lambda: any(event["type"] == "run.summary" and event["runId"] == run["id"]
                          for event in self.events(run["projectId"])), f"run {run['id']} is summed up")
        return run

    def columns(self, project):
        """By type; of more of one type the first."""
        board = self.get(f"/api/projects/{project['id']}/boards")[0]
        columns = self.get(f"/api/boards/{board['id']}/columns")
        return {column["type"]: column for column in reversed(columns)}


@contextlib.contextmanager
def running(folder, **options):
    """A hub for as long as the block lasts."""
    hub = Hub(folder, **options)
    try:
        yield hub.start()
    finally:
        hub.remove()
