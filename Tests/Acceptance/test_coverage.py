"""protocol/coverage.tsv says what of five other systems' capabilities this hub has: what it claims is there, and is used in a test.

Its ids are those of an inventory of the five, a row for each of their endpoints and behaviours.
"""
import csv
import re
import subprocess

import pytest
import yaml

import stories
from hub import binary, root

protocol = root / "protocol"
COUNTS = {"pixcode": 167, "runs": 80, "build-agents": 64, "anyon": 103, "kanban": 169}
with open(protocol / "coverage.tsv", encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
OPENAPI = yaml.safe_load((protocol / "openapi.yaml").read_text())
ROUTES = [
    (method.upper(), path, operation["x-roost"]["operation"]) for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items() if "operation" in operation["x-roost"]]
OPERATIONS = {operation for _, _, operation in ROUTES}
# Read by test_protocol.py, each with success.
READ = {operation for method, _, operation in ROUTES if method == "GET"}
# What is no row of the table of operations: uploads, downloads, sockets and streams.
DOORS = ["/api/ws", "/metrics", *(
    path for path, methods in OPENAPI["paths"].items() for operation in methods.values() if "door" in operation["x-roost"])]


def claims(*states):
    """{(kind, what): [ids of rows]}"""
    found = {}
    for row in ROWS:
        if row["state"] in states:
            for claim in filter(None, row["served by"].split("; ")):
                found.setdefault(tuple(claim.split(":", 1)), []).append(row["id"])
    return found


def told_by(*arguments):
    return subprocess.run([binary, *arguments], text=True, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def known():
    """What there is, by the kind of claim."""
    live = yaml.safe_load((protocol / "asyncapi.yaml").read_text())
    flags = re.findall(r"--([a-z-]+)", told_by("serve", "--help"))
    return {
        "operation": OPERATIONS,
        "event": {message["name"] for message in live["components"]["messages"].values()},
        "section": {heading.partition(":")[0] for heading in
                    re.findall(r"^##+ (.*)$", (protocol / "protocol.md").read_text(), re.M)},
        "route": set(DOORS),
        "setting": {re.sub(r"-(.)", lambda found: found[1].upper(), flag) for flag in flags},
        "error": set(re.findall(r'"code":"([A-Z_]+)"', (protocol / "errors.json").read_text())),
        "command": set(re.findall(r"^  ([a-z-]+) ", told_by("--help"), re.M)),
        "file": {path.name for path in protocol.iterdir()},
    }


def test_there_is_a_row_for_every_row():
    ids = [row["id"] for row in ROWS]
    assert ids == [f"{system}-{number:03d}" for system, count in COUNTS.items() for number in range(1, count + 1)]
    for row in ROWS:
        assert row["id"].startswith(row["system"] + "-")
        assert row["state"] in ("works", "later", "differs"), row
        assert bool(row["reason"]) == (row["state"] == "differs"), row
        assert bool(row["served by"]) == (row["state"] != "later"), row


def test_what_is_claimed_is_there(known):
    missing = {claim: rows for claim, rows in claims("works", "differs").items() if claim[1] not in known[claim[0]]}
    assert not missing


def test_what_works_is_called_by_a_story():
    named, requested = stories.all_asked()
    called = READ | (named & OPERATIONS) | {
        operation for method, template, operation in ROUTES
        if any(method == verb and stories.fits(template, path) for verb, path in requested)}
    missing = {what: rows for (kind, what), rows in claims("works").items()
               if kind == "operation" and what not in called}
    assert not missing


def test_what_works_is_seen_by_a_story():
    """Routes, events and errors."""
    sources = "\n".join(path.read_text() for path in sorted(stories.folder.glob("*.py")))
    literals = {path for _, path in stories.all_asked()[1]} | set(re.findall(r"/[a-zA-Z/{}\[\]\"'._]+", sources))
    missing = {}
    for (kind, what), rows in claims("works").items():
        if kind in ("event", "error") and what not in sources:
            missing[kind, what] = rows
        if kind == "route" and not any(stories.fits(what, path) for path in literals):
            missing[kind, what] = rows
    assert not missing
