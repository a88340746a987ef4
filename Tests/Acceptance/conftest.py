"""Fixtures: hubs that are gone when their test is over, and their logs in the report of a test that failed."""
import pytest

from hub import Hub, binary, running


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=5, help="how often test_durability.py kills a hub (default: 5)")


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
