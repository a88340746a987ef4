"""Fixtures: hubs that are gone when their test is over, and their logs in the report of a test that failed."""
import os
import pathlib
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from hub import Hub, binary, running
from waiting import patience_seconds

# The browser's own wait for what is expected; the default of 5 s is short for two busy cores.
expect.set_options(timeout=patience_seconds * 1000)


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=5, help="how often test_durability.py kills a hub (default: 5)")
    parser.addoption("--seeds", type=int, default=3, help="how many plays of test_promise.py (default: 3)")
    crashes = int(os.environ.get("ROOST_CRASHES", 12))
    parser.addoption("--crashes", type=int, default=crashes, help="how many kills of test_random_kills.py (default: 12)")
    parser.addoption("--crash-seed", type=int, help="the one play of test_random_kills.py")
    parser.addoption("--seed", type=int, help="the one play of test_promise.py, or of the clients")
    parser.addoption("--cards", type=int, default=400, help="how many test_large_board.py makes (default: 400)")
    parser.addoption("--events", type=int, default=1_000, help="how many its history has (default: 1,000)")
    parser.addoption("--examples", type=int, default=3, help="how many test_schemathesis.py has of each (default: 3)")
    parser.addoption("--seconds", type=float, default=6, help="how long ten clients play (default: 6; the promise: 60)")


def pytest_configure():
    if not binary.exists():
        raise pytest.UsageError(f"there is no {binary}: swift build -c release, or name another in ROOST_BIN")


@pytest.fixture
def hub(tmp_path):
    """A hub of this test's own."""
    with running(tmp_path) as hub:
        yield hub


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory):
    """One hub for a module's tests, each of which uses a project of its own."""
    with running(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: tools/setup --tests"
    with sync_playwright() as playwright:
        # Without a sandbox and shared memory: tests run as root, and in containers. Names below `example` are this
        # machine's, as those of who rebinds them.
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                  "--host-resolver-rules=MAP *.example 127.0.0.1"])
        yield browser
        browser.close()


@pytest.fixture
def ended(shared_hub, request):
    """(hub, a run whose command has written a file, its worktree, its repository)"""
    project, repository = shared_hub.project(request.node.name.replace("_", "-"))
    run = shared_hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", start=True,
        options={"argv": ["sh", "-c", "echo run > note.txt"]})
    run = shared_hub.wait_for_run(run, "completed")
    return shared_hub, run, pathlib.Path(run["worktreePath"]), repository


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        report.sections += [(f"log of the hub in {hub.folder}", hub.log_tail()) for hub in Hub.known]
    return report


def pytest_terminal_summary(terminalreporter):
    """A test that was skipped is a promise that was not checked: it is said out loud."""
    for report in terminalreporter.stats.get("skipped", []):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"skipped: {report.nodeid}: {why.removeprefix('Skipped: ')}", yellow=True)
