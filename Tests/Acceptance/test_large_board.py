"""
A project with many cards and a long history: its snapshot, its lists and its page. Here with few; the figures of the docs come of

    tools/test acceptance -k large_board --cards 20000 --events 2000000 -s
"""
import io
import json
import statistics
import tarfile
import tempfile
import time

import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from hub import running
from repository import Repository
from waiting import patience_seconds, until

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PATIENCE_SECONDS = 1_800
ROUNDS = 5
# What a hub may take beside what it had when it started, at its most. An import and a subscription cost pages and snapshots,
# not the project: the history may be as long as it likes. Of a snapshot there are the rows' texts, the whole, and what sockets
# hold of it, each in the allocator's own sizes.
IMPORT_MIB_MAX = 192
READS_MIB_MAX = 96
SNAPSHOTS_MAX = 8


def id_of(prefix, number):
    """Identifiers in the order of their numbers."""
    text = ""
    for _ in range(16):
        text, number = ALPHABET[number % 32] + text, number // 32
    return f"{prefix}_01JD6Z5Z0A{text}"


def time_of(number):
    return f"2026-11-{1 + number // 1_000_000 % 28:02}T{number // 100_000 % 10:02}:00:00.{number % 1000:03}Z"


def archive(path, cards, events):
    """Writes an export of a project with that many cards in three columns, each told of as often as the events allow."""
    now = time_of(0)
    project = id_of("prj", 1)
    row = {"projectId": project, "version": 1, "createdAt": now, "updatedAt": now}
    board = row | {"id": id_of("brd", 1), "name": "Plan", "position": 1}
    columns = [
        row | {"id": id_of("col", number), "boardId": board["id"], "name": name, "type": type, "position": number}
        for number, (name, type) in enumerate([("To do", "backlog"), ("Doing", "active"), ("Done", "done")])]

    def card(number):
        column = number % 3
        return json.dumps(row | {
            "id": id_of("crd", number), "boardId": board["id"], "columnId": columns[column]["id"],
            "title": f"Card {number}: what is to be done about it", "prompt": "As was said in the meeting. " * 5,
            "labels": ["area", f"label-{number % 20}"], "status": "done" if column == 2 else "todo",
            "position": number}, separators=(",", ":"))

    told = [card(number) for number in range(cards)]
    # What is the same in all events of a card is made once: of two million each millisecond would be half an hour.
    ends = [
        f',"projectId":"{project}","cardId":"{id_of("crd", number)}","severity":"info",'
        f'"actor":{{"type":"user","id":"local","name":"local"}},"data":{text}}}'
        for number, text in enumerate(told)]
    begins = [f',"ts":"{now}","type":"card.{verb}"' for verb in ("created", "moved")]

    def lines(rows):
        return (json.dumps(row, separators=(",", ":")) for row in rows)
    parts = {
        "project": lines([row | {
            "id": project, "slug": "large", "name": "Large", "path": "/nowhere", "defaultBranch": "main",
            "status": "ready"}]),
        "policies": [], "boards": lines([board]), "columns": lines(columns), "cards": told,
        "runs": [], "processes": [], "entries": [], "approvals": [], "attachments": [],
        "events": (f'{{"seq":{seq}{begins[seq > cards]}{ends[seq % cards]}' for seq in range(1, events + 1))}
    with tarfile.open(path, mode="w", format=tarfile.GNU_FORMAT) as tar:
        def add(name, file):
            info = tarfile.TarInfo(name)
            info.size = file.seek(0, io.SEEK_END)
            file.seek(0)
            tar.addfile(info, file)
        files = []
        for name, rows in parts.items():
            with tempfile.TemporaryFile(dir=path.parent, buffering=1 << 20) as file:
                count = 0
                for count, line in enumerate(rows, 1):
                    file.write(line.encode() + b"\n")
                add(f"{name}.jsonl", file)
            files.append({"name": f"{name}.jsonl", "lines": count})
        add("manifest.json", io.BytesIO(json.dumps({
            "format": 1, "exportedAt": now, "projectId": project, "slug": "large", "position": f"abcdefgh-{events}",
            "files": files, "attachments": 0, "attachmentsByteCount": 0}).encode()))


@pytest.fixture
def hub(tmp_path):
    """It forgets nothing: two million events are more than the GiB that a project keeps otherwise."""
    with running(tmp_path, arguments=["--retention-bytes", "0", "--retention-days", "0"]) as hub:
        yield hub


def resident_mib(hub, what="VmRSS"):
    """VmHWM: at its most."""
    with open(f"/proc/{hub.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024


def timed_ms(act, rounds=ROUNDS):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1_000)
    return times


def subscribe(hub, project):
    """(bytes of the snapshot, ms until all of it is here), unread and not compressed: what the hub and the socket take."""
    with connect(
            f"{hub.url.replace('http', 'ws', 1)}/api/ws", max_size=None, compression=None, proxy=None,
            ping_interval=None) as socket:
        assert '"hello"' in socket.recv()
        begin = time.perf_counter()
        socket.send(json.dumps({"type": "subscribe", "id": 1, "payload": {
            "channel": f"project:{project}", "snapshot": True}}))
        answer = socket.recv()
        took = (time.perf_counter() - begin) * 1_000
        assert '"subscribed"' in answer[:200], answer[:200]
        return len(answer), took


def test_large_board(hub, browser, request):
    cards, events = request.config.getoption("--cards"), request.config.getoption("--events")
    figures = {}
    name = "20261101T000000000Z-large.tar"
    # Beside the upload, which has its own limit.
    (hub.data / "exports").mkdir(exist_ok=True)
    begin = time.perf_counter()
    archive(hub.data / "exports" / name, cards, events)
    figures["making the archive, s"] = time.perf_counter() - begin
    figures["archive, MiB"] = (hub.data / "exports" / name).stat().st_size / (1 << 20)
    figures["hub before, MiB"] = resident_mib(hub)
    begin = time.perf_counter()
    place = Repository.create(hub.roots / "large").path
    job = hub.post("/api/projects/import", export=name, path=str(place))
    until(lambda: hub.get(f"/api/jobs/{job['id']}")["status"] in ("done", "error"), "the import is over",
          PATIENCE_SECONDS)
    job = hub.get(f"/api/jobs/{job['id']}")
    assert job["status"] == "done", job
    figures["import, s"] = time.perf_counter() - begin
    project = job["result"]["projectId"]
    figures["hub after the import, MiB"] = resident_mib(hub)
    figures["hub at its most, importing, MiB"] = resident_mib(hub, "VmHWM")

    sizes, times = zip(*(subscribe(hub, project) for _ in range(ROUNDS)))
    figures["snapshot, MiB"] = sizes[0] / (1 << 20)
    figures["subscribe with snapshot, ms (first)"], figures["… (median of the others)"] = (
        times[0], statistics.median(times[1:]))
    assert len(hub.live().follow(f"project:{project}").of("crd")) == cards
    page = f"/api/projects/{project}/cards?limit=200"
    figures["a page of 200 cards, ms"] = statistics.median(timed_ms(lambda: hub.http.get(page), 20))
    begin = time.perf_counter()
    assert len(hub.list(f"/api/projects/{project}/cards", limit=200)) == cards
    figures["all pages, ms"] = (time.perf_counter() - begin) * 1_000
    figures["… as many subscriptions with snapshot"] = figures["all pages, ms"] / statistics.median(times)
    first = hub.get(page)[0]
    column = first["columnId"]
    figures["a move, ms"] = statistics.median(
        timed_ms(lambda: hub.post(f"/api/cards/{first['id']}/move", columnId=column), 20))
    figures["hub after the reads, MiB"] = resident_mib(hub)
    figures["hub at its most, MiB"] = resident_mib(hub, "VmHWM")

    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(patience_seconds * 1000)
    view = context.new_page()
    begin = time.perf_counter()
    view.goto(f"{hub.url}/#/project/large")
    expect(view.get_by_test_id("card").first).to_be_visible()
    figures["the page shows the board, ms"] = (time.perf_counter() - begin) * 1_000
    shown = min(cards // 3 + (cards % 3 > 0), 100)
    expect(view.locator(f'[data-id="{column}"] [data-testid="card"]')).to_have_count(shown)
    begin = time.perf_counter()
    made = hub.post(f"/api/projects/{project}/cards", title="New", columnId=column)
    hub.post(f"/api/cards/{made['id']}/move", columnId=column, before=hub.get(
        f"/api/projects/{project}/cards?columnId={column}&limit=1")[0]["id"])
    expect(view.locator(f'[data-id="{made["id"]}"]')).to_be_visible()
    figures["a new card is shown, ms"] = (time.perf_counter() - begin) * 1_000
    context.close()
    print(f"\n{cards} cards, {events} events")
    for what, value in figures.items():
        print(f"  {what:40} {value:10.1f}")
    importing = figures["hub at its most, importing, MiB"] - figures["hub before, MiB"]
    reading = figures["hub at its most, MiB"] - figures["hub before, MiB"]
    assert importing < IMPORT_MIB_MAX
    assert reading < max(importing, READS_MIB_MAX + SNAPSHOTS_MAX * figures["snapshot, MiB"])


PROMPT_BYTES_MAX = 256 << 10


def test_no_texts_close_a_board(hub, browser):
    """A hundred cards and seventy runs with the longest prompt there may be are 42 MiB: more than a snapshot may have."""
    project, _ = hub.project("heavy")
    prompt = ("The very beginning. " + "z" * PROMPT_BYTES_MAX)[:PROMPT_BYTES_MAX - 8] + " The end"
    assert len(prompt) == PROMPT_BYTES_MAX
    cards = [hub.card(project, f"Card {number}", prompt) for number in range(100)]
    runs = [
        hub.post(f"/api/cards/{cards[0]['id']}/runs", provider="command", options={"argv": ["/bin/true"]}, prompt=prompt)
        for _ in range(70)]
    live = hub.live()
    whole = {thing["id"]: thing for thing in cards + runs}
    for channel, ids in (
            (f"project:{project['id']}", whole), (f"card:{cards[0]['id']}", [run["id"] for run in runs])):
        copy = live.follow(channel)
        for id in ids:
            shown = copy.things[id]
            assert prompt.startswith(shown["prompt"]) and len(shown["prompt"]) == 16 << 10
            assert shown["truncated"]["fields"] == [{"pointer": "/prompt", "sizeBytes": PROMPT_BYTES_MAX}]
        for id in list(ids)[:2]:
            read = hub.get(copy.things[id]["truncated"]["href"])
            assert read["prompt"] == prompt and read["id"] == id
            assert copy.things[id] | {"prompt": prompt} == read | {"truncated": copy.things[id]["truncated"]}

    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(patience_seconds * 1000)
    view = context.new_page()
    view.goto(f"{hub.url}/#/project/heavy")
    expect(view.get_by_test_id("card").first).to_be_visible()
    view.goto(f"{hub.url}/#/project/heavy/card/{cards[1]['id']}")
    expect(view.get_by_text("The end")).to_be_visible()
    # Whoever edits the card does not cut it.
    view.get_by_test_id("edit-card").click()
    view.get_by_label("Title").fill("Another title")
    view.get_by_role("button", name="Save").click()
    until(lambda: hub.get(f"/api/cards/{cards[1]['id']}")["title"] == "Another title", "the card is saved")
    assert hub.get(f"/api/cards/{cards[1]['id']}")["prompt"] == prompt
    context.close()
