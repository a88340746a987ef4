"""Repositories that the hub brings onto its machine itself, from servers of git's own: clones, pulls, and what ends them."""
import contextlib
import http.server
import os
import signal
import socket
import subprocess
import threading

import pytest

from hub import running
from problem import Problem
from repository import Repository
from waiting import patience_seconds, until

words = "x" * 90 + "\n"


def over(hub, job):
    until(lambda: hub.get(f"/api/jobs/{job}")["status"] in ("done", "error"), "the job is over")
    return hub.get(f"/api/jobs/{job}")


def cloned(hub, address, **members):
    project = hub.post("/api/projects", repositoryUrl=address, **members)
    assert project["status"] in ("pending", "cloning", "ready") and project["repositoryUrl"].endswith(address)
    return project, over(hub, project["jobId"])


@pytest.fixture
def origin(tmp_path):
    """Somebody's repository, served over http by git's own program: (repository, address)."""
    repository = Repository.create(tmp_path / "served" / "site.git")
    with serving(tmp_path / "served") as address:
        yield repository, f"{address}/site.git"


@contextlib.contextmanager
def serving(folder):
    class Backend(http.server.BaseHTTPRequestHandler):
        """git-http-backend, as a web server runs it (CGI)."""

        def do_GET(self):
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environment = {
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(folder), "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
                "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "", "CONTENT_LENGTH": str(len(body))}
            done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=True)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextlib.contextmanager
def stalling():
    """A server of git's own protocol that takes connections and says nothing: (address, connections)."""
    server = socket.create_server(("127.0.0.1", 0))
    taken = []

    def take():
        with contextlib.suppress(OSError):
            while True:
                taken.append(server.accept()[0])

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield f"git://127.0.0.1:{server.getsockname()[1]}/site", taken
    for connection in taken:
        connection.close()
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def clones(hub):
    folder = hub.data / "clones"
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def test_a_project_is_cloned_over_http_worked_in_and_pulled(hub, origin):
    repository, address = origin
    project, job = cloned(hub, address, name="Site")
    assert job["status"] == "done", job
    assert (job["kind"], job["progress"], job["projectId"]) == ("clone", 1, project["id"])
    log = [line["text"] for line in hub.get(f"/api/jobs/{job['id']}/log")]
    assert any(line.startswith("Receiving objects: 100%") for line in log), log
    ready = hub.get(f"/api/projects/{project['id']}")
    assert (ready["status"], ready["name"], ready["defaultBranch"]) == ("ready", "Site", "main")
    assert "jobId" not in ready and clones(hub) == [project["id"]]
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-c", "echo 1 > made.txt"]})
    hub.wait_for_run(run, "completed")
    told = [event["type"] for event in hub.events(project["id"])]
    assert {"job.created", "job.done", "project.updated"} <= set(told)

    repository.write({"new.txt": "new\n"})
    repository.commit("New")
    pulled = over(hub, hub.post(f"/api/projects/{project['id']}/pull")["id"])
    assert pulled["result"]["commits"] == 1
    clone = hub.data / "clones" / project["id"]
    assert (clone / "new.txt").read_text() == "new\n"
    (clone / "new.txt").write_text("mine\n")
    repository.write({"new.txt": "newer\n"})
    repository.commit("Newer")
    busy = over(hub, hub.post(f"/api/projects/{project['id']}/pull")["id"])
    assert "new.txt" in busy["error"]["detail"] and (clone / "new.txt").read_text() == "mine\n"
    assert [branch["name"] for branch in hub.get(f"/api/projects/{project['id']}/branches?q=main")]


def test_a_project_is_cloned_from_a_daemon_of_gits_own(hub, tmp_path):
    Repository.create(tmp_path / "served" / "site", {"a.txt": words * 10_000})
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    daemon = subprocess.Popen(
        ["git", "daemon", "--export-all", "--reuseaddr", f"--base-path={tmp_path / 'served'}", "--listen=127.0.0.1",
         f"--port={port}", "--log-destination=none"], start_new_session=True)
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "it serves")
        project, job = cloned(hub, f"git://127.0.0.1:{port}/site")
        assert job["status"] == "done", job
        assert (hub.data / "clones" / project["id"] / "a.txt").read_text() == words * 10_000
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(patience_seconds)


def test_gits_words_are_the_error_and_a_clone_is_made_again(hub, origin):
    repository, address = origin
    project, job = cloned(hub, address + "-nothing")
    assert job["error"]["reason"] == "failed" and "not found" in job["error"]["detail"]
    failed = hub.get(f"/api/projects/{project['id']}")
    assert failed["status"] == "error" and failed["error"] == job["error"]["detail"]
    assert clones(hub) == []
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["true"]})
    assert (refused.value.code, refused.value.document["currentStatus"]) == ("PROJECT_NOT_READY", "error")
    repository.path.rename(repository.path.parent / "site.git-nothing")
    again = over(hub, hub.post(f"/api/projects/{project['id']}/clone")["id"])
    assert again["status"] == "done"
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/projects/{project['id']}/clone")
    assert (refused.value.status, refused.value.document["currentStatus"]) == (409, "ready")
    hub.delete(f"/api/projects/{project['id']}")
    assert over(hub, hub.post(f"/api/projects/{project['id']}/clone")["id"])["status"] == "done"
    assert hub.get(f"/api/projects/{project['id']}")["status"] == "ready"


def test_a_clone_is_cancelled_and_leaves_nothing(hub):
    with stalling() as (address, taken):
        project = hub.post("/api/projects", repositoryUrl=address)
        until(lambda: taken, "git is at it")
        hub.post(f"/api/jobs/{project['jobId']}/cancel")
        until(lambda: hub.get(f"/api/projects/{project['id']}")["status"] == "error", "the project says so")
        assert hub.get(f"/api/projects/{project['id']}")["error"] == "it was cancelled"
        until(lambda: clones(hub) == [], "nothing half-made stays")


def test_a_hub_that_is_killed_amid_a_clone_goes_on_with_it(hub, origin):
    repository, address = origin
    with stalling() as (stalled, taken):
        project = hub.post("/api/projects", repositoryUrl=stalled)
        until(lambda: taken, "git is at it")
        until(lambda: hub.get(f"/api/projects/{project['id']}")["status"] == "cloning", "it is told")
        hub.kill()
        hub.start()
        assert hub.get(f"/api/jobs/{project['jobId']}")["error"]["reason"] == "interrupted"
        until(lambda: len(taken) > 1, "the new hub is at it again")
        job = hub.get(f"/api/projects/{project['id']}")["jobId"]
        assert job != project["jobId"]
    # The other side has gone: that is an error, in git's words, and nothing stays.
    assert over(hub, job)["error"]["reason"] == "failed"
    assert hub.get(f"/api/projects/{project['id']}")["status"] == "error"
    until(lambda: clones(hub) == [], "nothing half-made stays")
    for _ in range(3):
        project = hub.post("/api/projects", repositoryUrl=address)
        hub.kill()
        hub.start()
        until(lambda: hub.get(f"/api/projects/{project['id']}")["status"] == "ready", "it is there")
        assert subprocess.run(
            ["git", "-C", hub.get(f"/api/projects/{project['id']}")["path"], "fsck", "--strict"],
            capture_output=True, check=True)
    assert len(clones(hub)) == 3


def test_addresses_that_are_refused(hub):
    for address, code in [
        ("ext::sh -c id", "VALIDATION_FAILED"), ("ftp://host/x", "VALIDATION_FAILED"), ("-u", "VALIDATION_FAILED"),
        ("https://me:secret@host/x", "VALIDATION_FAILED"), ("/etc", "PATH_FORBIDDEN"), ("file:///etc", "PATH_FORBIDDEN"),
        (str(hub.data), "PATH_FORBIDDEN"),
    ]:
        with pytest.raises(Problem) as refused:
            hub.post("/api/projects", repositoryUrl=address)
        assert refused.value.code == code, address
    for members in ({}, {"path": "/x", "repositoryUrl": "https://h/x"}, {"repositoryUrl": "https://h/x", "init": True}):
        with pytest.raises(Problem) as refused:
            hub.post("/api/projects", **members)
        assert refused.value.code == "VALIDATION_FAILED"
    assert hub.get("/api/projects") == []


def test_a_clone_of_the_machine_itself_is_there_only_inside_the_roots(hub):
    repository = Repository.create(hub.roots / "somebody")
    repository.git("branch", "release")
    project, job = cloned(hub, str(repository.path), defaultBranch="release")
    assert job["status"] == "done", job
    assert hub.get(f"/api/projects/{project['id']}")["defaultBranch"] == "release"


def test_a_clone_that_takes_too_long_names_its_limit(tmp_path):
    with running(tmp_path / "hub", limits={"cloneSecondsMax": 1}) as hub, stalling() as (address, _):
        _, job = cloned(hub, address)
        assert "cloneSecondsMax" in job["error"]["detail"]
