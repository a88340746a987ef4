"""Real agents against a scripted model on loopback, and what their tests look at."""
import json
import os
import pathlib
import subprocess
import sys
import zlib

from hub import root
from waiting import patience_seconds


def cache():
    """Where `tools/setup` puts what it installs."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("ROOST_CACHE") or pathlib.Path(base) / "roost")


def installed(pattern):
    """A file that `tools/setup --agents` has put into its cache; None where it is not."""
    return next(cache().glob(pattern), None)


class Model:
    """The scripted model, and what it was asked."""

    def __init__(self, folder, script):
        """script: of the first whose `match` is in a conversation, one turn answers each call of the model."""
        file, self.log = folder / "script.json", folder / "model.jsonl"
        file.write_text(json.dumps(script))
        self.log.touch()
        self.process = subprocess.Popen(
            [sys.executable, root / "tools" / "scripted_model.py", "--script", file, "--log", self.log],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def was_told(self, text):
        return text in self.log.read_text()

    def images(self):
        """How many pictures it was shown, again and again with each call."""
        return self.log.read_text().count("data:image/")

    def calls(self):
        """How often it was asked to say something."""
        return sum(1 for line in self.log.read_text().splitlines() if "count_tokens" not in json.loads(line)["path"])

    def close(self):
        self.process.kill()
        self.process.wait(patience_seconds)
        self.process.stdout.close()


def picture(shade=0):
    """The smallest PNG that programs open: one pixel."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes([0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0])) \
        + chunk(b"IDAT", zlib.compress((b"\0" + bytes([shade]) * 24) * 8)) + chunk(b"IEND", b"")


def attach(hub, card, name, data):
    answer = hub.http.post(f"/api/cards/{card['id']}/attachments", params={"filename": name}, content=data)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def given(hub, run):
    """The names of what its agent was given, message by message."""
    return [[file["filename"] for file in content.get("attachments", [])] for content in entries(hub, run, "user_message")]


def begin(hub, provider, name, title, **options):
    """A project with a card, two clients that watch, and a run of the card that one of them has started."""
    project, repository = hub.project(name)
    card = hub.card(project, title, "Please.")
    starter, judge = hub.live(), hub.live()
    starter_copy, judge_copy = (live.follow(f"project:{project['id']}") for live in (starter, judge))
    run = starter.call("runs.create", project=project["id"], cardId=card["id"], provider=provider, **options)
    starter.call("runs.start", run=run["id"])
    return project, repository, card, run, (starter, starter_copy), (judge, judge_copy)


def entries(hub, run, kind):
    return [entry["content"] for entry in hub.list(f"/api/runs/{run['id']}/entries") if entry["content"]["kind"] == kind]


def tools(hub, run):
    return [content["tool"] for content in entries(hub, run, "tool_use")]


def said(hub, run):
    return [content["text"] for content in entries(hub, run, "assistant_message")]
