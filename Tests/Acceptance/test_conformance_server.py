"""The clients of protocol/clients do what `roost conformance-server` asks of one, and it finds those that do not."""
import os
import shutil
import subprocess
import sys

import pytest

from hub import binary, root
from waiting import patience_seconds

clients = root / "protocol" / "clients"
NODE = ["node", clients / "javascript" / "examples" / "conformance.mjs"]
# Debian's `ws`, for a Node that has no WebSocket.
ENVIRONMENT = os.environ | {"NODE_PATH": "/usr/share/nodejs", "PYTHONPATH": str(clients / "python" / "src")}


def has_websocket():
    """Whether this Node has one of its own (from 20.10 on, when it is told so)."""
    done = subprocess.run(["node", "--experimental-websocket", "-e", "new WebSocket('ws://127.0.0.1:9')"], capture_output=True)
    return b"bad option" not in done.stderr and b"not defined" not in done.stderr


def led(command, *options):
    """(status, {scenario: [what was wrong]}) of a client that is led through all scenarios, or one."""
    done = subprocess.run(
        [binary, "conformance-server", *options, "--", *command], text=True, capture_output=True, env=ENVIRONMENT,
        timeout=6 * patience_seconds)
    print(done.stdout, done.stderr)
    faults, name = {}, None
    for line in done.stdout.splitlines()[:-1]:
        if line.startswith("      "):
            faults[name].append(line.strip())
        else:
            name = line.rpartition("(")[2].rstrip(")")
            faults[name] = []
    return done.returncode, faults


@pytest.mark.parametrize("command", [
    NODE, ["node", "--experimental-websocket", *NODE[1:]],
    [sys.executable, clients / "python" / "examples" / "conformance.py"],
], ids=["javascript", "javascript-global", "python"])
def test_our_clients_do_everything_right(command):
    if "--experimental-websocket" in command and not has_websocket():
        pytest.skip("this Node has no WebSocket of its own")
    status, faults = led(command)
    assert len(faults) >= 13 and not any(faults.values())
    assert status == 0


# What is broken in roost.js, the scenario that finds it, and what it says.
SABOTAGE = {
    "applies events again": ("seq <= this.position.seq", "false", "duplicates", "its cards are"),
    "forgets its position": ("if (this.position) payload.after", "if (false) payload.after", "cut", "without `after`"),
    "goes on after the wrong event": (
        "payload.after = String(this.position)", "payload.after = `${this.position.epoch}-1`", "cut", "and subscribed after"),
    "makes up another key": (
        "this.#send({ ...call.frame, id: call.id })",
        "this.#send({ ...call.frame, idempotencyKey: randomName(), id: call.id })", "lost-answer", "another key"),
    "does not wait as it was asked": ("Math.max(this.#retryHintMs, ", "Math.max(0, ", "going-away", "before the time"),
    "asks again at once": ("return seconds * 1000 * (1 + this.#options.random())", "return 0", "overloaded", "before the time"),
    "comes back for ever": ("code >= 4000 && code <= 4099", "false", "turned-away", "came back"),
    "keeps a gap to itself": ("this.#tell({ kind: 'gap', reason, isFinal: !resubscribe })", "", "gap", "was not told"),
    "asks after a gap for what is gone": (
        "this.isJoined = false;\n        this.position = null;", "this.isJoined = false;", "gap", "cannot be continued"),
    "does not take no for an answer": ("if (!resubscribe) this._end();", "", "no-more-access", "again after"),
    "keeps what is void": ("this.#things.clear();", "", "other-history", "its cards are"),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_client_that_is_wrong_is_found(name, tmp_path):
    found, instead, scenario, said = SABOTAGE[name]
    copy = shutil.copytree(clients / "javascript", tmp_path / "javascript")
    source = (copy / "roost.js").read_text()
    assert source.count(found) == 1
    (copy / "roost.js").write_text(source.replace(found, instead))
    # One that is wrong may also never come to its end; what it did before that is known all the same.
    status, faults = led(["timeout", "10", "node", copy / "examples" / "conformance.mjs"], "--only", scenario)
    assert status == 1
    assert any(said in fault for fault in faults[scenario]), faults


def test_the_guide_names_every_scenario_and_every_transcript():
    guide = (root / "protocol" / "writing-a-client.md").read_text()
    _, faults = led(["true"])
    assert len(faults) >= 13
    assert not [scenario for scenario in faults if f"--only {scenario}" not in guide]
    links = {path.name for path in (root / "protocol" / "transcripts").glob("*.jsonl")}
    written = guide + (root / "protocol" / "protocol.md").read_text()
    assert not [name for name in links if f"transcripts/{name}" not in written]
