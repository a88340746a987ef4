"""What openapi.yaml admits the hub does, and what it does is as openapi.yaml says: asked by schemathesis, also in sequences over the
document's links. Of all links at once its state machine finds no beginning (4.32.5), so each part of the hub is asked by itself.
Few examples here; the whole is

    tools/test acceptance -k schemathesis --examples 50 -s
"""
import subprocess

import pytest

from hub import root
from scripted import installed
from test_access import People

PHASES = ("examples,coverage,fuzzing,stateful", "stateful")
# By the beginnings of paths; what is in none of them is a part of its own.
PARTS = ["api/(boards|columns|cards|tags|attachments)", "api/(runs|processes|approvals|sessions|bots)", "api/projects"]
# 20 minutes for 50 examples of each operation; few take two.
PATIENCE_SECONDS = 1_800


@pytest.mark.parametrize("part", [*PARTS, ""])
def test_schemathesis(hub, request, part):
    program = installed("schemathesis/bin/st")
    if not program:
        pytest.skip("schemathesis is not here: tools/setup --tests (needs PyPI's schemathesis)")
    examples = request.config.getoption("--examples")
    hub.project("website")
    secret = People(hub).secret
    only = ["--include-path-regex", f"^/{part}(/|$)"] if part else ["--exclude-path-regex", f"^/({'|'.join(PARTS)})(/|$)"]
    done = subprocess.run(
        [program, "--config-file", root / "Tests" / "Acceptance" / "schemathesis.toml", "--no-color", "run",
         root / "protocol" / "openapi.yaml", "--url", hub.url, *only, "--phases", PHASES[examples < 20], "-n", str(examples),
         "-c", "all", "--generation-deterministic", "--request-timeout", "60", "--max-response-time", "60", "-H", f"Authorization: Bearer {secret}"],
        cwd=hub.folder, text=True, capture_output=True, timeout=PATIENCE_SECONDS)
    print(done.stdout[-8_000:], done.stderr[-2_000:])
    assert done.returncode == 0
    assert hub.get("/api/me")["user"], "and the hub is there"
