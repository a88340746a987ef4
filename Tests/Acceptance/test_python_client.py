"""The Python client (protocol/clients/python) against a live hub, over a network that drops, resets and stalls."""
import asyncio
import contextlib
import os
import random
import shutil
import subprocess
import sys
import uuid

import pytest
import roost
from chaos import Chaos
from hub import root, running
from waiting import patience_seconds, until

CLIENTS, CARDS = 10, 100
# How often the client asks whether the hub is there: a stalled connection is found out after two of these.
PING_SECONDS = 0.4
package = root / "protocol" / "clients" / "python"


def pytest_generate_tests(metafunc):
    if "play_seed" in metafunc.fixturenames:
        one = metafunc.config.getoption("seed")
        metafunc.parametrize("play_seed", [1 if one is None else one])


def truth(hub, project):
    """What the hub has, over REST: kind -> id -> thing."""
    boards = hub.list(f"/api/projects/{project['id']}/boards")
    columns = [column for board in boards for column in hub.list(f"/api/boards/{board['id']}/columns")]
    cards = hub.list(f"/api/projects/{project['id']}/cards", limit=200)
    return {kind: {thing["id"]: thing for thing in things}
            for kind, things in (("board", boards), ("column", columns), ("card", cards))}


def assert_equal(store, expected):
    for kind, things in expected.items():
        assert store.of(kind) == things, kind


def test_ten_clients_move_the_same_cards_and_end_with_the_same_board(hub, play_seed, request):
    """Through dropped connections; `--seconds 60` for the minute of the promise."""
    project, _ = hub.project()
    cards = [hub.card(project, f"card {number}")["id"] for number in range(CARDS)]
    columns = [column["id"] for column in hub.columns(project).values()]
    seconds = request.config.getoption("seconds")
    refused = {"VERSION_STALE", "NEIGHBOUR_MOVED", "LIMIT_EXCEEDED", "ILLEGAL_TRANSITION"}
    moved, states = [0] * CLIENTS, [[] for _ in range(CLIENTS)]

    async def play(number, chance, chaos, end):
        async with roost.Client(
            chaos.url, batch=number % 2 == 0, ping_seconds=PING_SECONDS, call_timeout_seconds=patience_seconds,
            on_state=lambda state, _: states[number].append(state),
        ) as client, client.mirror(f"project:{project['id']}") as mirror:
            await mirror.until(lambda store: True)

            async def follow():
                async for _ in mirror:
                    pass

            following = asyncio.create_task(follow())
            while asyncio.get_running_loop().time() < end:
                card = chance.choice(cards)
                known = mirror.store.get(card)
                members = {"version": known["version"]} if chance.random() < 0.2 else {}
                column = chance.choice(columns)
                beside = [other["id"] for other in mirror.store.of("card").values() if other["columnId"] == column]
                if beside and chance.random() < 0.7:
                    members[chance.choice(["before", "after"])] = chance.choice(beside)
                try:
                    await client.call("cards.move", card=card, columnId=column, **members)
                    moved[number] += 1
                except roost.Problem as problem:
                    assert problem.code in refused, problem
            # When all have stopped, the journal's end is the position to which everybody has to come.
            if await everybody.wait() == 0:
                chaos.calm()
            position = roost.Position(*await asyncio.to_thread(hub.position, project["id"]))
            async with asyncio.timeout(patience_seconds):
                while mirror.store.position.seq < position.seq:
                    await asyncio.sleep(0.02)
            following.cancel()
            return mirror.store

    async def all_play():
        end = asyncio.get_running_loop().time() + seconds
        with Chaos(hub.port, play_seed) as chaos:
            async def one(number):
                return await play(number, random.Random(play_seed * 1_000 + number), chaos, end)

            return await asyncio.gather(*map(one, range(CLIENTS))), chaos.counts

    everybody = asyncio.Barrier(CLIENTS)
    stores, faults = asyncio.run(all_play())
    expected = truth(hub, project)
    assert len(expected["card"]) == CARDS
    for store in stores:
        assert_equal(store, expected)
    assert min(moved) > 0 and sum(faults.values()) > 0
    assert any(came.count("online") > 1 for came in states), "nobody lost a connection"
    print(f"moves {moved}, faults {faults}, connections {[came.count('online') for came in states]}")
    events = hub.events(project["id"])
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    # None was lost, and none was done a second time by another attempt.
    assert len([event for event in events if event["type"] in ("card.moved", "card.completed")]) == sum(moved)


def test_a_call_that_lost_its_answer_is_done_once(hub):
    project, _ = hub.project()

    async def create():
        with Chaos(hub.port, seed=3, bytes_min=1_500, bytes_max=6_000) as chaos:
            async with roost.Client(chaos.url, ping_seconds=PING_SECONDS) as client:
                for number in range(40):
                    await client.call("cards.create", project=project["id"], title=f"card {number}")
            return chaos.counts

    faults = asyncio.run(create())
    titles = [card["title"] for card in hub.list(f"/api/projects/{project['id']}/cards")]
    assert sorted(titles) == sorted(f"card {number}" for number in range(40))
    assert sum(faults.values()) > 0


def test_a_key_of_ones_own_is_answered_again(hub):
    project, _ = hub.project()

    async def twice():
        async with roost.Client(hub.url) as client:
            key = str(uuid.uuid4())
            payload = {"project": project["id"], "title": "once"}
            return [await client.request("cards.create", payload, key=key) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first.data == second.data and second.meta["replayed"] and not first.meta.get("replayed")
    assert first.position == roost.Position(*hub.position(project["id"]))


def test_errors_have_their_code_and_members(hub):
    async def ask():
        async with roost.Client(hub.url) as client:
            with pytest.raises(roost.Problem) as missing:
                await client.call("cards.get", card="crd_nobody")
            with pytest.raises(roost.Problem) as wrong:
                await client.call("projects.create", colour="red")
            with pytest.raises(roost.Problem) as refused:
                await anext(client.subscribe("run:run_nobody"))
            return missing.value, wrong.value, refused.value

    missing, wrong, refused = asyncio.run(ask())
    assert (missing.code, missing.status) == ("CARD_NOT_FOUND", 404)
    assert wrong.code == "VALIDATION_FAILED" and wrong.members["errors"]
    assert refused.status == 404


def test_another_history_is_told_and_replaces_what_was_known(hub):
    project, _ = hub.project()
    copy = hub.folder / "copy"
    command = [hub.command("unused")[0]]

    def on_disk(verb):
        subprocess.run([*command, verb, "--data", hub.data, copy], check=True, capture_output=True,
                       env=hub.environment, timeout=patience_seconds)

    async def follow():
        async with roost.Client(hub.url, ping_seconds=PING_SECONDS) as client:
            async with client.mirror(f"project:{project['id']}") as mirror:
                await mirror.until(lambda store: True)
                before = mirror.store.position
                await asyncio.to_thread(on_disk, "backup")
                await client.call("cards.create", project=project["id"], title="will be gone")
                await mirror.until(lambda store: store.of("card"))
                await asyncio.to_thread(hub.stop)
                await asyncio.to_thread(on_disk, "restore")
                await asyncio.to_thread(hub.start)
                gaps = []
                async with asyncio.timeout(patience_seconds):
                    async for change in mirror:
                        if isinstance(change, roost.Gap):
                            gaps.append(change)
                        if isinstance(change, roost.Snapshot):
                            break
                return before, gaps, mirror.store

    before, gaps, store = asyncio.run(follow())
    assert [gap.reason for gap in gaps] == ["epoch"]
    assert store.position.epoch != before.epoch
    assert store.of("card") == {}


def test_presence_is_told_and_survives_a_reconnection(hub):
    project, _ = hub.project()
    channel = f"project:{project['id']}"

    async def watch():
        with Chaos(hub.port, seed=1, bytes_min=1 << 20, bytes_max=1 << 21) as chaos:
            async with roost.Client(hub.url) as watcher, roost.Client(chaos.url, ping_seconds=PING_SECONDS) as actor:
                async with watcher.mirror(channel) as seen, actor.mirror(channel) as own:
                    await own.until(lambda store: True)
                    await actor.presence(channel, {"looking": "at a card"})

                    def shows(store):
                        return any(viewer["state"] == {"looking": "at a card"} for viewer in store.viewers.values())

                    await seen.until(shows)
                    chaos.calm()                # resets what is open
                    async for change in own:
                        if isinstance(change, roost.Joined) and change.is_recovered:
                            break
                    await actor.call("me")
                    assert shows(seen.store)

    asyncio.run(watch())


def test_a_wrong_token_ends_it(hub):
    secret = hub.post("/api/auth/setup", name="ada")["secret"]

    async def come(token):
        async with roost.Client(hub.url, token=token) as client:
            return await client.call("me")

    assert asyncio.run(come(secret))["user"]["name"] == "ada"
    with pytest.raises(roost.Closed) as closed:
        asyncio.run(come("rst_wrong"))
    assert closed.value.code == 4001


def exhausted(hub):
    """The token of a user who has read as much as he may, with one more every three seconds."""
    secret = hub.post("/api/auth/setup", name="ada")["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    until(lambda: hub.http.get("/api/me", headers=headers).status_code == 429, "the limit")
    return secret


def test_it_waits_as_it_is_told_when_it_asks_too_much(tmp_path):
    with running(tmp_path / "hub", limits={"readsPerMinute": 20}) as hub:
        secret = exhausted(hub)

        async def come():
            async with roost.Client(hub.url, token=secret) as client:
                return await client.call("me")

        assert asyncio.run(come())["user"]["name"] == "ada"


def test_it_can_be_installed_and_keeps_its_types(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "--target", tmp_path / "site", copied(tmp_path)],
        check=True, timeout=patience_seconds)
    assert (tmp_path / "site" / "roost" / "py.typed").exists()
    done = subprocess.run([sys.executable, "-c", "import roost; print(roost.__file__)"], check=True, text=True,
                          capture_output=True, env={"PYTHONPATH": str(tmp_path / "site")})
    assert done.stdout.startswith(str(tmp_path / "site"))


def test_its_types_hold():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "src",
         *(package / "examples").glob("*.py")],
        cwd=package, text=True, capture_output=True, timeout=2 * patience_seconds)
    assert done.returncode == 0, done.stdout + done.stderr


def copied(folder):
    """A copy to build in: a build leaves files beside the source."""
    return shutil.copytree(package, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))


@contextlib.contextmanager
def example(name, *arguments, said=None):
    """A bot of `examples/` as a process; ends with the block."""
    process = subprocess.Popen(
        [sys.executable, package / "examples" / f"{name}.py", *arguments], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(package / "src"), "PATH": ""})
    try:
        if said is not None:
            process.stdin.write(said)
        process.stdin.close()
        yield process
    finally:
        process.kill()
        process.wait(patience_seconds)
        process.stdout.close()


def asking(hub, project):
    """A run of the demo agent that asks for one approval."""
    card = hub.card(project, "Ask", "demo: pace=0 paragraphs=1")
    return hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)


def test_a_bot_answers_by_rule_and_leaves_the_rest_to_people(hub):
    project, _ = hub.project()
    first = asking(hub, project)
    hub.wait_for_run(first, "waiting")
    with example("answer_approvals", hub.url, project["slug"], "--approve", first["id"], "--deny", "rm -rf") as bot:
        assert bot.stdout.readline().endswith(": approve\n")
        hub.wait_for_run(first, "completed")
        second = asking(hub, project)
        hub.wait_for_run(second, "waiting")
    question, = hub.get(f"/api/projects/{project['id']}/approvals?status=pending")
    assert question["runId"] == second["id"], "no rule is about it"


def test_a_bot_writes_to_a_run_and_waits_for_its_end(hub):
    project, _ = hub.project()
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="demo", start=True,
                   prompt="Begin\n\ndemo: pace=0 paragraphs=1 approval=no")
    hub.wait_for_run(run, "completed")
    with example("post_message", hub.url, run["id"], said="demo: pace=0 paragraphs=1 approval=no\n") as bot:
        assert bot.stdout.read() == "completed\n"
    said = [entry for entry in hub.list(f"/api/runs/{run['id']}/entries") if entry["content"]["kind"] == "user_message"]
    assert len(said) == 2


def test_a_bot_shows_the_board_as_it_changes(hub):
    project, _ = hub.project()
    hub.card(project, "here before")
    with example("mirror_board", hub.url, project["slug"]) as bot:
        lines = iter(bot.stdout.readline, "")
        assert any(line == "  - here before\n" for line in lines)
        hub.card(project, "made meanwhile")
        assert any(line == "  - made meanwhile\n" for line in lines)
