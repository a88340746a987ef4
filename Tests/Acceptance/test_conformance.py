"""The hub keeps to its protocol, as tools/conformance sees it: without users and with them."""
import re
import subprocess
import sys

from hub import root
from test_access import People
from test_https import secure  # noqa: F401, a fixture
from waiting import patience_seconds


def asked(hub, *options):
    """(status, lines) of tools/conformance."""
    done = subprocess.run(
        [sys.executable, root / "tools" / "conformance", hub.url, *options], text=True, capture_output=True,
        timeout=4 * patience_seconds)
    print(done.stdout, done.stderr)
    return done.returncode, done.stdout.splitlines()


def test_a_hub_without_users(hub):
    project, _ = hub.project()
    before = {card["id"] for card in hub.list(f"/api/projects/{project['id']}/cards")}
    status, lines = asked(hub)
    assert status == 0 and not [line for line in lines if line.startswith("FAIL")]
    assert sum(line.startswith("pass") for line in lines) > 45
    assert sum(line.startswith("skip") for line in lines) <= 7, "what needs users"
    after = {card["id"] for card in hub.list(f"/api/projects/{project['id']}/cards")}
    assert after == before, "it takes away what it has made"


def test_a_hub_with_users(hub):
    hub.project()
    status, lines = asked(hub, "--token", People(hub).secret, "--project", "sample")
    assert status == 0 and not [line for line in lines if line.startswith("FAIL")]
    assert not [line for line in lines if line.startswith("skip")]


def test_it_can_fail(hub):
    hub.project()
    status, lines = asked(hub, "--project", "no-such-project", "--only", "snapshot_at")
    assert status == 1 and lines[0].startswith("FAIL  Subscribing: ")


def test_every_rule_is_from_a_section():
    headings = re.findall(r"^##+ (.*)$", (root / "protocol" / "protocol.md").read_text(), re.M)
    done = subprocess.run([sys.executable, root / "tools" / "conformance", "--list"], text=True, capture_output=True)
    assert done.returncode == 0
    for line in done.stdout.splitlines():
        section = line.partition(": ")[0]
        assert any(heading == section or heading.startswith(f"{section}:") for heading in headings), line


def test_a_hub_that_speaks_tls(secure):
    secure.project()
    status, lines = asked(secure)
    assert status == 0 and not [line for line in lines if line.startswith("FAIL")]
