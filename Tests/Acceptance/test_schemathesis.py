"""What openapi.yaml admits the hub does, and what it does is as openapi.yaml says: asked by schemathesis, also in sequences over the
document's links. Few examples here; the whole is

    tools/test acceptance -k schemathesis --examples 50 -s
"""
import subprocess

import pytest

from hub import root
from scripted import installed
from test_access import People

PHASES = ("examples,coverage,fuzzing,stateful", "stateful")
# 20 minutes for 50 examples of each operation; few take two.
PATIENCE_SECONDS = 1_800


def test_schemathesis(hub, request):
    program = installed("schemathesis/bin/st")
    if not program:
        pytest.skip("schemathesis is not here: tools/setup --tests (needs PyPI's schemathesis)")
    examples = request.config.getoption("--examples")
    hub.project("website")
    secret = People(hub).secret
    done = subprocess.run(
        [program, "--config-file", root / "Tests" / "Acceptance" / "schemathesis.toml", "--no-color", "run",
         root / "protocol" / "openapi.yaml", "--url", hub.url, "--phases", PHASES[examples < 20], "-n", str(examples),
         "-c", "all", "--generation-deterministic", "--request-timeout", "60", "--max-response-time", "60", "-H", f"Authorization: Bearer {secret}"],
        cwd=hub.folder, text=True, capture_output=True, timeout=PATIENCE_SECONDS)
    print(done.stdout[-8_000:], done.stderr[-2_000:])
    assert done.returncode == 0
    assert hub.get("/api/me")["user"], "and the hub is there"
