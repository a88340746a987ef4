"""The command line: help, settings and their mistakes, and the small clients."""
import contextlib
import json
import os
import re
import signal
import subprocess
import threading

import pytest
import yaml

from hub import binary, root
from waiting import patience_seconds, until


def roost(*arguments, **environment):
    """Runs the program to its end: (exit code, standard output, standard error)."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull, "LANG": "C.UTF-8"} | environment
    done = subprocess.run(
        [str(part) for part in (binary, *arguments)], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=patience_seconds)
    return done.returncode, done.stdout, done.stderr


class Watch:
    """`roost watch PROJECT --json` for as long as the block lasts."""

    def __init__(self, hub, project):
        self.process = subprocess.Popen(
            [str(binary), "watch", project, "--json", "--url", hub.url], env=hub.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def of(self, *types):
        return [line for line in list(self.lines) if line["type"] in types]

    def close(self):
        self.process.kill()
        self.process.wait(patience_seconds)
        self._reader.join(patience_seconds)
        self.process.stdout.close()


@contextlib.contextmanager
def watching(hub, project):
    watch = Watch(hub, project)
    try:
        yield watch
    finally:
        watch.close()


# Help.

def test_help_names_the_commands():
    code, out, _ = roost("--help")
    assert code == 0 and all(command in out for command in ("serve", "watch", "send", "call", "doctor"))
    assert roost("--version")[0] == 0


def test_the_list_of_operations_needs_no_hub():
    code, out, _ = roost("call", "--list")
    assert code == 0
    head, *lines = out.splitlines()
    columns = [head.index(name) for name in ("OPERATION", "METHOD", "ROUTE", "ABILITY", "RATE GROUP")]
    rows = [tuple(line[begin:end].strip() for begin, end in zip(columns, [*columns[1:], None])) for line in lines]
    assert ("cards.move", "POST", "/api/cards/{card}/move", "board:write", "standard") in rows
    assert ("runs.ask", "POST", "/api/agent", "run:write", "starting") in rows
    assert ("auth.status", "GET", "/api/auth/status", "-", "open") in rows

    code, out, _ = roost("call", "--list", "--json")
    document = yaml.safe_load((root / "protocol" / "openapi.yaml").read_text())
    assert code == 0
    listed = {(route["method"].lower(), route["path"]): operation for operation in json.loads(out)
              for route in operation["routes"]}
    said = {(method, path): operation["x-roost"] for path, methods in document["paths"].items()
            for method, operation in methods.items() if "operation" in operation["x-roost"]}
    assert len(lines) == len(listed)
    for route, operation in listed.items():
        assert {name: operation[name] for name in ("ability", "rateGroup", "idempotencyKey")} == {
            name: said[route][name] for name in ("ability", "rateGroup", "idempotencyKey")}
    assert {said[route]["operation"] for route in listed} == {operation["name"] for operation in listed.values()}

    code, out, _ = roost("call", "--list", "boards.")
    assert code == 0 and {line.split(".")[0] for line in out.splitlines()[1:]} == {"boards"}
    for wrong in (["--list", "nonsense."], ["--list", "boards.", "{}"], ["boards.list", "--json"], []):
        code, _, error = roost("call", *wrong)
        assert code not in (0, None) and error.strip()


def test_help_of_serve_documents_each_setting():
    code, out, _ = roost("serve", "--help")
    assert code == 0
    names = "data listen roots durability concurrent-runs-per-hub concurrent-runs-per-project log-level".split()
    for name in names:
        assert f"--{name}" in out and "ROOST_" + name.upper().replace("-", "_") in out
    assert "--config" in out and "--demo" in out


# Settings.

@pytest.mark.parametrize("key, value, allowed", [
    ("listen", "hub.example:80", "numeric"), ("listen", "127.0.0.1", "HOST:PORT"), ("data", "relative", "absolute path"),
    ("roots", "/no/such/folder", "exist"), ("durability", "sometimes", "full, normal"),
    ("concurrentRunsPerHub", "0", "from 1 to 256"), ("concurrentRunsPerProject", "many", "from 1 to 256"),
    ("logLevel", "loud", "debug"),
])
@pytest.mark.parametrize("source", ["flag", "environment", "file"])
def test_a_bad_value_names_key_value_and_what_is_allowed(tmp_path, source, key, value, allowed):
    words = re.sub("([A-Z])", r"-\1", key).lower()
    file = tmp_path / "roost.yaml"
    file.write_text(json.dumps({key: value}) if source == "file" else "{}")
    arguments = ["--config", file, "--data", tmp_path / "data"] if key != "data" else ["--config", file]
    variables = {}
    if source == "flag":
        arguments += [f"--{words}", value]
    elif source == "environment":
        variables["ROOST_" + words.upper().replace("-", "_")] = value
    code, _, error = roost("serve", *arguments, **variables)
    assert code not in (0, None)
    assert key in error and f"'{value}'" in error and allowed in error


@pytest.mark.parametrize("text, named", [
    ("colour: red", "colour"), ("agents: {magic: {}}", "magic"), ("agents: {demo: {colour: red}}", "colour"),
    ("agents: {demo: {command: sh}}", "agents.demo.command"), ("- a\n- b", "mapping"), ("a: [", "roost.yaml"),
])
def test_a_bad_file_is_named(tmp_path, text, named):
    file = tmp_path / "roost.yaml"
    file.write_text(text)
    code, _, error = roost("serve", "--config", file, "--data", tmp_path / "data")
    assert code not in (0, None) and named in error and "roost.yaml" in error


def test_flags_beat_the_environment_and_that_the_file(tmp_path):
    file = tmp_path / "roost.yaml"
    file.write_text("listen: 127.0.0.1:1\nroots: [/tmp]\n")

    def port(*arguments, **environment):
        _, out, _ = roost("doctor", "--config", file, "--data", tmp_path / "data", *arguments, **environment)
        return re.search(r"127\.0\.0\.1:(\d+)", out)[1]

    assert port() == "1"
    assert port(ROOST_LISTEN="127.0.0.1:2") == "2"
    assert port("--listen", "127.0.0.1:3", ROOST_LISTEN="127.0.0.1:2") == "3"


def test_one_hub_a_folder_and_a_port(shared_hub, tmp_path):
    code, _, error = roost(
        "serve", "--data", shared_hub.data, "--listen", "127.0.0.1:0", "--roots", tmp_path, HOME=str(tmp_path))
    assert code not in (0, None) and error.strip()
    code, _, error = roost(
        "serve", "--data", tmp_path / "data", "--listen", f"127.0.0.1:{shared_hub.port}", "--roots", tmp_path)
    assert code not in (0, None) and "listen" in error
    assert shared_hub.is_running()


# Doctor.

def test_doctor(tmp_path):
    code, out, _ = roost("doctor", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", HOME=str(tmp_path))
    assert code == 0, out
    for subject in ("git", "roost-keeper", "data folder", "disk", "port", "demo", "command", "claude-code"):
        assert re.search(rf"^\[(ok|--)\] {subject} ", out, re.M), f"{subject}:\n{out}"
    (tmp_path / "open").mkdir(mode=0o755)
    code, out, _ = roost("doctor", "--data", tmp_path / "open", "--listen", "127.0.0.1:0", HOME=str(tmp_path))
    assert code != 0 and "chmod 700" in out


# Clients.

def test_call(shared_hub):
    project, _ = shared_hub.project("called")
    code, out, _ = roost(
        "call", "cards.create", json.dumps({"project": "called", "title": "By hand"}), "--url", shared_hub.url)
    assert code == 0 and json.loads(out)["title"] == "By hand"
    code, out, _ = roost("call", "projects.get", '{"project": "called"}', ROOST_URL=shared_hub.url)
    assert code == 0 and json.loads(out) == shared_hub.get(f"/api/projects/{project['id']}")
    code, _, error = roost("call", "cards.create", "{}", "--url", shared_hub.url)
    assert code == 1 and "VALIDATION_FAILED" in error and "/title" in error
    code, _, error = roost("call", "no.such", "--url", shared_hub.url)
    assert code == 1 and "OPERATION_NOT_FOUND" in error
    code, _, error = roost("call", "info", "{", "--url", shared_hub.url)
    assert code != 0 and "line 1" in error
    code, _, error = roost("call", "info", "--url", "http://127.0.0.1:1")
    assert code == 1 and "no hub at http://127.0.0.1:1" in error


def test_send(shared_hub):
    project, _ = shared_hub.project("told")
    run = shared_hub.post(
        f"/api/projects/{project['id']}/runs", provider="demo", prompt="Begin\n\ndemo: pace=0 paragraphs=1 approval=no",
        start=True)
    shared_hub.wait_for_run(run, "completed")
    code, out, error = roost("send", run["id"], "Go on\n\ndemo: pace=0 approval=no", "--url", shared_hub.url)
    assert code == 0, error
    assert run["id"] in out
    until(lambda: len(shared_hub.get(f"/api/runs/{run['id']}/processes")) == 2, "a second turn")
    shared_hub.wait_for_run(run, "completed")
    heard = [entry["content"]["text"] for entry in shared_hub.list(f"/api/runs/{run['id']}/entries")
             if entry["content"]["kind"] == "user_message"]
    assert [text.split()[0] for text in heard] == ["Begin", "Go"]


def test_watch_goes_on_across_a_restart(hub):
    project, _ = hub.project("watched")
    with watching(hub, "watched") as watch:
        until(lambda: watch.of("snapshot"), "a snapshot")
        hub.card(project, "Before")
        until(lambda: watch.of("card.created"), "the first card")
        hub.restart()
        hub.card(project, "After")
        until(lambda: len(watch.of("card.created")) == 2, "the second card")
        assert [line["data"]["title"] for line in watch.of("card.created")] == ["Before", "After"]
        assert len(watch.of("snapshot")) == 1, "it went on where it was"
        seqs = [line["seq"] for line in watch.lines if "seq" in line]
        assert seqs == sorted(set(seqs))


def test_watch_for_people(shared_hub):
    shared_hub.project("looked-at")
    process = subprocess.Popen(
        [str(binary), "watch", "looked-at", "--url", shared_hub.url], env=shared_hub.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        assert any("looked-at: 0 cards, 0 runs" in line for line in lines)
        assert any("Backlog (0)" in line for line in lines)
        process.send_signal(signal.SIGINT)
        process.wait(patience_seconds)
    finally:
        process.kill()
        process.wait(patience_seconds)
        process.stdout.close()


def test_watch_of_nothing(shared_hub):
    code, _, error = roost("watch", "no-such-project", "--url", shared_hub.url)
    assert code == 1 and "PROJECT_NOT_FOUND" in error
